// Workflow files of the usual size, read by libyaml alone and made into trees. Prints MB a CPU
// second, the best of several rounds; judges nothing.
#include <fmt/core.h>
#include <yaml.h>

#include <algorithm>
#include <ctime>
#include <string>
#include <vector>

#include "base/yaml.h"

namespace landfall {
namespace {

constexpr std::size_t files = 1'000;
constexpr std::size_t bytes_each = 3'600;
constexpr int rounds = 9;

double cpu_seconds() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

/// The same files on each run and each machine.
class Dice {
 public:
  std::size_t below(std::size_t sides) {
    state_ = state_ * 6364136223846793005ULL + 1442695040888963407ULL;
    return static_cast<std::size_t>(state_ >> 33) % sides;
  }

  std::string_view one_of(std::initializer_list<std::string_view> words) {
    return words.begin()[below(words.size())];
  }

 private:
  std::uint64_t state_ = 7;
};

std::string step(Dice& dice, bool is_wide) {
  std::string_view const name = dice.one_of(
      {"Check out", "Set up node", "Install dependencies", "Run the tests", "Build \"image\""});
  switch (dice.below(5)) {
    case 0:
      return "      - uses: actions/checkout@v4 # the code\n        with:\n"
             "          fetch-depth: 0\n";
    case 1:
      return fmt::format(
          "      - name: {}{}\n        uses: actions/setup-node@v4\n        with:\n"
          "          node-version: ${{{{ matrix.node }}}}\n          cache: 'npm'\n",
          is_wide ? "\xF0\x9F\x9A\x80 " : "", name);
    case 2:
      return fmt::format(
          "      - name: {}\n        if: github.ref == 'refs/heads/main' && success()\n"
          "        run: |\n          set -eu\n          npm ci --no-audit\n"
          "          npm run build -- --mode \"$MODE\"\n          # done\n",
          name);
    case 3:
      return fmt::format(
          "      - name: {}\n        run: npm test\n        env:\n          CI: true\n"
          "          TOKEN: ${{{{ secrets.TOKEN }}}}\n          URL: \"https://{}.example.org\"\n",
          name, dice.one_of({"shop", "blog", "api"}));
    default:
      return "      - uses: akhileshns/heroku-deploy@v3.13.15\n        with:\n"
             "          heroku_api_key: ${{ secrets.HEROKU_API_KEY }}\n"
             "          heroku_app_name: shop-production\n          heroku_email: a@example.org\n";
  }
}

std::string workflow(Dice& dice) {
  bool const is_wide = dice.below(4) == 0;
  std::string text = fmt::format(
      "# Generated for a benchmark\nname: {} {}\n\non:\n  push:\n    branches: [main, "
      "'release/**']\n"
      "    paths-ignore:\n      - '**.md'\n      - docs/**\n  pull_request:\n  workflow_dispatch:\n"
      "    inputs:\n      target:\n        description: where to\n        required: true\n"
      "        default: staging\n\npermissions:\n  contents: read\n\nenv:\n  MODE: "
      "production\n\njobs:\n",
      dice.one_of({"CI", "Deploy", "Release"}), dice.below(100));
  for (int job = 0; text.size() < bytes_each; ++job) {
    text += fmt::format(
        "  job-{}:\n    name: Job {}\n    runs-on: ubuntu-latest\n    timeout-minutes: {}\n"
        "    strategy:\n      fail-fast: false\n      matrix:\n        node: [18, 20, 22]\n    "
        "steps:\n",
        job, job, 5 + dice.below(50));
    std::size_t const steps = 3 + dice.below(8);
    for (std::size_t i = 0; i < steps && text.size() < bytes_each; ++i) text += step(dice, is_wide);
  }
  return text;
}

std::size_t events_of(std::string const& text) {
  yaml_parser_t parser;
  require(yaml_parser_initialize(&parser) == 1, "libyaml could not start");
  yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
  yaml_parser_set_input_string(&parser, reinterpret_cast<unsigned char const*>(text.data()),
                               text.size());
  std::size_t events = 0;
  for (bool is_over = false; !is_over; ++events) {
    yaml_event_t event;
    require(yaml_parser_parse(&parser, &event) == 1, "the benchmark's text is not YAML");
    is_over = event.type == YAML_STREAM_END_EVENT;
    yaml_event_delete(&event);
  }
  yaml_parser_delete(&parser);
  return events;
}

std::size_t pairs_of(std::string const& text) {
  auto const document = yaml::read(text);
  require(document.has_value(), "the benchmark's text is not YAML");
  return document->root().pairs.size();
}

std::size_t comments_of(std::string const& text) {
  auto const document = yaml::read(text);
  require(document.has_value(), "the benchmark's text is not YAML");
  return document->comments().size();
}

void report(std::string_view what, std::vector<std::string> const& texts,
            std::size_t (*work)(std::string const&)) {
  std::size_t bytes = 0;
  for (std::string const& text : texts) bytes += text.size();
  double best = 1e9;
  std::size_t found = 0;
  for (int round = 0; round < rounds; ++round) {
    double const begin = cpu_seconds();
    for (std::string const& text : texts) found += work(text);
    best = std::min(best, cpu_seconds() - begin);
  }
  fmt::print("{:<28} {:6.1f} MB/s {:8.0f} files/s {:6.1f} us a file ({} found)\n", what,
             static_cast<double>(bytes) / best * 1e-6, static_cast<double>(texts.size()) / best,
             best / static_cast<double>(texts.size()) * 1e6, found / rounds);
}

void run() {
  Dice dice;
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < files; ++i) texts.push_back(workflow(dice));
  report("libyaml's events", texts, events_of);
  report("the tree", texts, pairs_of);
  report("the tree and its comments", texts, comments_of);
}

}  // namespace
}  // namespace landfall

int main() {
  landfall::run();
}
