#include "world/sim_mail.h"

namespace landfall {

void SimMail::send(Owner client, Mail mail, MailDone done) {
  std::uint64_t const id = ++last_;
  TimerId const timeout = queue_.add(client, queue_.now() + mail.timeout, [this, id] {
    finish(id, fail(ErrorKind::network, "the mail server is silent", "timeout"));
  });
  sent_[id] = {client, std::move(done), timeout};
  queue_.add(client, queue_.now(), [this, id, mail = std::move(mail)] { arrive(id, mail); });
}

void SimMail::arrive(std::uint64_t id, Mail const& mail) {
  auto const server = servers_.find(mail.host);
  if (server == servers_.end())
    return finish(id, fail(ErrorKind::network, mail.host + ": no such host", "dns"));
  server->second(mail, [this, id](MailAnswer answer) {
    auto const found = sent_.find(id);
    if (found == sent_.end()) return;
    queue_.add(found->second.client, queue_.now(),
               [this, id, answer = std::move(answer)] { finish(id, answer); });
  });
}

void SimMail::finish(std::uint64_t id, Result<MailAnswer> result) {
  auto node = sent_.extract(id);
  if (node.empty()) return;
  queue_.cancel(node.mapped().timeout);
  node.mapped().done(std::move(result));
}

void SimMail::drop(Owner owner) {
  std::erase_if(sent_, [owner](auto const& entry) { return entry.second.client == owner; });
}

}  // namespace landfall
