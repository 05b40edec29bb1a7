#include <fmt/core.h>

#include <algorithm>

#include "audit/removed_images.h"
#include "audit/site.h"

namespace landfall::audit_rules {
namespace {

RemovedImage const* removed(std::string_view label) {
  auto const images = removed_images();
  auto const found = std::find_if(images.begin(), images.end(),
                                  [&](RemovedImage const& image) { return image.label == label; });
  return found == images.end() ? nullptr : &*found;
}

void judge(AuditedFile const& file, Job const& job, RunnerLabel const& label, Findings& findings) {
  RemovedImage const* image = removed(label.name);
  if (image == nullptr) return;
  AuditFinding finding{
      .rule = "removed-image",
      .place = file.place(*label.node),
      .message = fmt::format(
          "job {} waits for {}, which GitHub has not had since {}: no runner ever takes it, and "
          "what it deploys or holds back never comes",
          job.id, image->label, image->since)};
  if (!image->use.empty()) {
    finding.fix_title = fmt::format("run on {}", image->use);
    FixEdits edits;
    if (file.fixes) edits.add(file.path, replace_scalar(*file.document, *label.node, image->use));
    edits.into(finding);
  }
  findings.add(std::move(finding));
}

}  // namespace

void removed_image(AuditedFile const& file, Findings& findings) {
  for (Job const* job : jobs_on_paths(file))
    for (RunnerLabel const& label : runner_labels(*job)) judge(file, *job, label, findings);
}

}  // namespace landfall::audit_rules
