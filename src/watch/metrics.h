// What a watcher measures, for Prometheus and what reads the same.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "facts/store.h"
#include "watch/watch.h"

namespace landfall {

/// https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format and
/// https://prometheus.io/docs/specs/om/open_metrics_spec/
enum class MetricsForm { text, openmetrics };

/// OpenMetrics for who asks for it, the older text for all others: people, and promtool.
MetricsForm metrics_form(std::string_view accept);
std::string_view content_type(MetricsForm form);

Result<std::string> metrics_text(Store& store, WatchState const& state, Instant now,
                                 MetricsForm form);

}  // namespace landfall
