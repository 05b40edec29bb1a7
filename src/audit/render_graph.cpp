// The deploy paths as a graph, for dot (graphviz) and for mermaid, which GitHub shows.
#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "audit/path_text.h"
#include "audit/render.h"
#include "base/text.h"

namespace landfall {
namespace {

enum class NodeKind { event, job, step, target };

struct GraphNode {
  NodeKind kind = NodeKind::event;
  std::vector<std::string> lines;
};

struct GraphEdge {
  std::size_t from = 0;
  std::size_t to = 0;
  std::string label;
  Reach reach = Reach::impossible;  ///< the best of the paths that go this way
};

struct Graph {
  std::vector<GraphNode> nodes;
  std::vector<GraphEdge> edges;
};

std::string_view file_name(std::string_view path) {
  auto const slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

class GraphBuilder {
 public:
  Graph build(AuditReport const& report) {
    for (TargetPaths const& target : paths_by_target(report.result.files))
      for (PathSummary const* path : target.paths) add(*path);
    return std::move(graph_);
  }

 private:
  void add(PathSummary const& path) {
    std::string key = path.file + "\n" + path.event;
    std::size_t from =
        node(key, {NodeKind::event, {path.event, std::string(file_name(path.file))}});
    std::string label = condition_words(path);
    std::vector<std::string> const jobs = split(path.job, '/');
    std::string job_key = path.file;
    for (std::size_t i = 0; i < jobs.size(); ++i) {
      job_key += "\n/" + jobs[i];
      std::size_t const to =
          node(job_key, {NodeKind::job, {jobs[i], std::string(file_name(path.file))}});
      if (i + 1 == jobs.size() && !path.environment.empty())
        add_line(to, "environment " + path.environment);
      edge(from, to, std::exchange(label, ""), path.reach);
      from = to;
    }
    std::string const place =
        fmt::format("{}:{}", file_name(path.place.file), path.place.begin.line);
    std::size_t const step =
        node(fmt::format("{}\n@{}:{}", job_key, path.place.file, path.place.begin.byte),
             {NodeKind::step, {path.tool, place}});
    edge(from, step, "", path.reach);
    GraphNode target{NodeKind::target, {path.target, provider_words(path.provider)}};
    edge(step, node(fmt::format("\n{}\n{}", path.provider, path.target), std::move(target)), "",
         path.reach);
  }

  /// One job may deploy through one environment or another.
  void add_line(std::size_t number, std::string line) {
    std::vector<std::string>& lines = graph_.nodes[number].lines;
    if (std::find(lines.begin(), lines.end(), line) == lines.end())
      lines.push_back(std::move(line));
  }

  std::size_t node(std::string const& key, GraphNode fresh) {
    auto const [found, is_new] = places_.try_emplace(key, graph_.nodes.size());
    if (is_new) graph_.nodes.push_back(std::move(fresh));
    return found->second;
  }

  void edge(std::size_t from, std::size_t to, std::string label, Reach reach) {
    auto const [found, is_new] =
        edges_.try_emplace(std::tuple(from, to, label), graph_.edges.size());
    if (is_new) graph_.edges.push_back({from, to, std::move(label), reach});
    Reach& best = graph_.edges[found->second].reach;
    best = std::min(best, reach);
  }

  Graph graph_;
  std::map<std::string, std::size_t> places_;
  std::map<std::tuple<std::size_t, std::size_t, std::string>, std::size_t> edges_;
};

/// Lines joined by what the format takes for a line break, each made safe by `escape`.
template <class Escape>
std::string label_text(std::vector<std::string> const& lines, std::string_view line_break,
                       Escape const& escape) {
  std::vector<std::string> safe;
  for (std::string const& line : lines)
    safe.push_back(escape(replace_all(printable(line), "\n", " ")));
  return join(safe, line_break);
}

std::string dot_text(std::string text) {
  return replace_all(replace_all(std::move(text), "\\", "\\\\"), "\"", "\\\"");
}

std::string_view dot_shape(NodeKind kind) {
  switch (kind) {
    case NodeKind::event:
      return "ellipse";
    case NodeKind::job:
      return "box";
    case NodeKind::step:
      return "note";
    case NodeKind::target:
      return "cylinder";
  }
  return "box";
}

std::string_view dot_look(Reach reach) {
  switch (reach) {
    case Reach::possible:
      return "color=\"#1a7f37\"";
    case Reach::undecided:
      return "color=\"#9a6700\"";
    case Reach::impossible:
      return "color=\"#cf222e\", style=dashed";
  }
  return "";
}

// Mermaid reads #NAME; and #NUMBER; as characters; a text in quotes may hold all others.
std::string mermaid_text(std::string text) {
  text = replace_all(std::move(text), "#", "#35;");
  for (auto const& [from, to] : {std::pair("\"", "#quot;"), std::pair("<", "#lt;"),
                                 std::pair(">", "#gt;"), std::pair("`", "#96;")})
    text = replace_all(std::move(text), from, to);
  return text;
}

std::string mermaid_node(std::size_t number, GraphNode const& node) {
  std::string const label = label_text(node.lines, "<br/>", mermaid_text);
  switch (node.kind) {
    case NodeKind::event:
      return fmt::format("  n{}([\"{}\"])\n", number, label);
    case NodeKind::job:
      return fmt::format("  n{}[\"{}\"]\n", number, label);
    case NodeKind::step:
      return fmt::format("  n{}(\"{}\")\n", number, label);
    case NodeKind::target:
      return fmt::format("  n{}[(\"{}\")]\n", number, label);
  }
  return "";
}

}  // namespace

std::string audit_dot(AuditReport const& report) {
  Graph const graph = GraphBuilder().build(report);
  std::string text =
      "digraph landfall {\n  rankdir=LR;\n  node [fontname=\"sans-serif\"];\n"
      "  edge [fontname=\"sans-serif\", fontsize=10];\n";
  for (std::size_t i = 0; i < graph.nodes.size(); ++i)
    text += fmt::format("  n{} [shape={}, label=\"{}\"];\n", i, dot_shape(graph.nodes[i].kind),
                        label_text(graph.nodes[i].lines, "\\n", dot_text));
  for (GraphEdge const& edge : graph.edges)
    text += fmt::format("  n{} -> n{} [label=\"{}\", {}];\n", edge.from, edge.to,
                        label_text({edge.label}, "", dot_text), dot_look(edge.reach));
  return text + "}\n";
}

std::string audit_mermaid(AuditReport const& report) {
  Graph const graph = GraphBuilder().build(report);
  std::string text = "flowchart LR\n";
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) text += mermaid_node(i, graph.nodes[i]);
  std::string styles;
  for (std::size_t i = 0; i < graph.edges.size(); ++i) {
    GraphEdge const& edge = graph.edges[i];
    std::string const label =
        edge.label.empty() ? ""
                           : fmt::format("|\"{}\"|", label_text({edge.label}, "", mermaid_text));
    text += fmt::format("  n{} {}{} n{}\n", edge.from,
                        edge.reach == Reach::impossible ? "-.->" : "-->", label, edge.to);
    if (edge.reach == Reach::undecided) styles += fmt::format("  linkStyle {} stroke:#9a6700\n", i);
    if (edge.reach == Reach::impossible)
      styles += fmt::format("  linkStyle {} stroke:#cf222e\n", i);
  }
  return text + styles;
}

}  // namespace landfall
