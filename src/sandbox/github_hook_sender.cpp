#include "sandbox/github_hook_sender.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "sandbox/github_progress.h"

namespace landfall::sandbox {
namespace {

Duration const patience = 10s;
std::size_t const answer_max = 64 * 1024;

Hook* find_hook(State& state, std::int64_t id) {
  for (Repository& repository : state.github.repositories)
    for (Hook& hook : repository.hooks)
      if (hook.id == id) return &hook;
  for (auto& [login, organization] : state.github.organizations)
    for (Hook& hook : organization.hooks)
      if (hook.id == id) return &hook;
  return nullptr;
}

HookDelivery* find_delivery(State& state, HookCall const& call) {
  Hook* const hook = find_hook(state, call.hook);
  if (hook == nullptr) return nullptr;
  for (HookDelivery& delivery : hook->deliveries)
    if (delivery.id == call.delivery) return &delivery;
  return nullptr;
}

/// Nothing of the sandbox leaves this machine.
bool is_on_this_machine(std::string const& url) {
  auto const parsed = parse_url(url);
  if (!parsed) return false;
  std::string const host = lower(parsed->host);
  return host == "localhost" || host == "127.0.0.1" || host == "[::1]" || host == "::1" ||
         host.ends_with(".localhost");
}

std::string reason_of(int status) {
  if (status >= 200 && status < 300) return "OK";
  return fmt::format("Invalid HTTP Response: {}", status);
}

void keep_answer(HookDelivery& delivery, Result<Response> const& answer, Duration took) {
  delivery.is_sent = true;
  delivery.took = took;
  if (!answer) {
    bool const late = answer.error().code == "timeout";
    delivery.outcome = late ? "timed out" : "failed to connect to host";
    return;
  }
  delivery.status = answer->status;
  delivery.outcome = reason_of(answer->status);
  delivery.response = printable(answer->body);
  for (auto const& [name, value] : answer->headers)
    delivery.response_headers.push_back({name, printable(value)});
}

}  // namespace

Request hook_request(Hook const& hook, HookDelivery& delivery) {
  bool const is_form = hook.content_type == "form";
  Request request{.method = "POST",
                  .url = hook.url,
                  .body = is_form ? "payload=" + url_encode(delivery.payload) : delivery.payload};
  auto& headers = delivery.request_headers;
  headers = {{"Accept", "*/*"},
             {"Content-Type", is_form ? "application/x-www-form-urlencoded" : "application/json"},
             {"User-Agent", "GitHub-Hookshot/0000000"},
             {"X-GitHub-Delivery", delivery.guid},
             {"X-GitHub-Event", delivery.event},
             {"X-GitHub-Hook-ID", std::to_string(hook.id)},
             {"X-GitHub-Hook-Installation-Target-Type", "repository"}};
  if (!hook.secret.empty())
    headers.emplace_back("X-Hub-Signature-256",
                         "sha256=" + to_hex(hmac_sha256(hook.secret, request.body)));
  for (auto const& [name, value] : headers) request.headers.set(name, value);
  request.timeout = patience;
  request.body_max = answer_max;
  return request;
}

void HookSender::run() {
  advance_runs(state_, world_.now());
  for (std::int64_t const id : std::exchange(state_.github.changed, {})) changed_(id);
  for (HookCall const& call : std::exchange(state_.github.hook_calls, {})) send(call);
  wait_for_runs();
}

void HookSender::send(HookCall const& call) {
  Hook* const hook = find_hook(state_, call.hook);
  HookDelivery* const delivery = find_delivery(state_, call);
  if (hook == nullptr || delivery == nullptr) return;
  Request request = hook_request(*hook, *delivery);
  delivery->at = world_.now();
  if (!is_on_this_machine(hook->url)) {
    delivery->is_sent = true;
    delivery->outcome = "the sandbox sends to this machine only";
    return;
  }
  world_.http.send(std::move(request), [this, alive = std::weak_ptr(alive_), call,
                                        begun = world_.now()](Result<Response> const& answer) {
    if (!alive.lock()) return;
    HookDelivery* const sent = find_delivery(state_, call);
    if (sent != nullptr) keep_answer(*sent, answer, world_.now() - begun);
    if (sent != nullptr) changed_(call.repository);
  });
}

void HookSender::wait_for_runs() {
  auto const next = next_step(state_);
  if (!next || (wakes_at_ && *wakes_at_ <= *next)) return;
  wakes_at_ = next;
  Duration const wait = std::max(Duration{0}, *next - world_.now());
  world_.loop.after(wait, [this, alive = std::weak_ptr(alive_), at = *next] {
    if (!alive.lock()) return;
    if (wakes_at_ == at) wakes_at_.reset();
    run();
  });
}

}  // namespace landfall::sandbox
