// From a dyno back to the client.
#include <utility>

#include "sandbox/router_client.h"

namespace landfall::sandbox {

void RouterClient::upstream_received(std::string_view bytes) {
  if (phase_ == Phase::tunnel) {
    exchange_.bytes += bytes.size();
    set_deadline(core_.now() + rolling_time);
    return write_client(bytes);
  }
  if (phase_ != Phase::exchanging) return;
  answer_begun_ = true;
  if (upstream_->unread.empty()) return read_answer(bytes);
  upstream_->unread += bytes;
  std::string const all = std::exchange(upstream_->unread, {});
  read_answer(all);
}

void RouterClient::read_answer(std::string_view bytes) {
  MessageParts& answer = upstream_->answer;
  while (true) {
    std::size_t const used = answer.put(bytes);
    std::string_view const rest = bytes.substr(used);
    if (answer.state() == PartsState::refused) return fail("H25");
    if (answer.state() == PartsState::head) {
      upstream_->unread.assign(rest);
      return set_deadline(core_.now() + rolling_time);
    }
    if (head_passed_ || answer.status() >= 200) {
      // Within chunks the end of one is read with the head of the next.
      if (answer.state() == PartsState::body) upstream_->unread.assign(rest);
      return pass_answer(!rest.empty());
    }
    if (answer.status() == 101 && exchange_.upgrades) return open_tunnel(rest);
    // Only to a client that asked is a switch an answer; other interim ones are for us alone.
    if (answer.status() == 101) return fail("H25");
    answer.next();
    if (exchange_.head_only) answer.skip_body();
    bytes = rest;
    if (bytes.empty()) return;
  }
}

/// What has come of the answer, and all of it in one write. `excess`: bytes follow its end.
void RouterClient::pass_answer(bool excess) {
  MessageParts const& answer = upstream_->answer;
  if (fault_ && fault_->kind == FaultKind::lost) return lose_answer();
  std::string& out = core_.scratch;
  out.clear();
  if (!std::exchange(head_passed_, true)) begin_answer(out);
  bool const alone = out.empty() && form_ != BodyForm::chunks && answer.body().size() == 1;
  std::size_t size = 0;
  for (std::string_view const piece : answer.body()) {
    std::string_view const passed = cut(piece);
    size += passed.size();
    if (alone) {
      write_client(passed);
    } else {
      write_piece(form_, passed, out);
    }
  }
  exchange_.bytes += size;
  bool const over = answer.state() == PartsState::complete || body_left_ == 0U;
  if (over) write_end(form_, out);
  if (!out.empty()) write_client(out);
  if (over) return finish_answer(!excess);
  set_deadline(core_.now() + rolling_time);
}

/// All of a piece, but of an answer that a fault cuts what is left until then.
std::string_view RouterClient::cut(std::string_view piece) {
  if (!body_left_) return piece;
  std::string_view const passed = piece.substr(0, *body_left_);
  *body_left_ -= passed.size();
  return passed;
}

void RouterClient::begin_answer(std::string& out) {
  MessageParts const& answer = upstream_->answer;
  form_ = form_of(answer, exchange_);
  exchange_.status = answer.status();
  AnswerHead head{.form = form_};
  if (fault_ && fault_->kind == FaultKind::truncate && form_ != BodyForm::none) {
    std::size_t come = 0;
    for (std::string_view const piece : answer.body()) come += piece.size();
    body_left_ = answer.length().value_or(come) / 2;
    if (form_ == BodyForm::length) head.length = body_left_;
  }
  close_after_ = close_after_ || !request_ended_ || form_ == BodyForm::until_close;
  head.close = close_after_;
  write_answer(answer, exchange_, head, out);
}

void RouterClient::lose_answer() {
  exchange_.status = upstream_->answer.status();
  core_.record(exchange_, nullptr);
  close();
}

void RouterClient::finish_answer(bool clean) {
  core_.record(exchange_, nullptr);
  release(clean);
  end_exchange();
}

/// The connection to the dyno serves again, or is closed.
void RouterClient::release(bool clean) {
  auto upstream = std::exchange(upstream_, nullptr);
  bool const whole = upstream->answer.state() == PartsState::complete && request_ended_;
  bool const kept = clean && whole && !upstream_ended_ && upstream->answer.keeps_connection() &&
                    upstream->stream->pending() == 0;
  if (!kept) return;
  upstream->stream->pause(false);
  core_.pool.give(std::move(upstream), core_.now());
}

void RouterClient::write_client(std::string_view bytes) {
  stream_->write(bytes);
  if (upstream_ && stream_->pending() > pending_max) upstream_->stream->pause(true);
}

void RouterClient::upstream_drained() {
  pause_client(false);
}

void RouterClient::upstream_ended(Result<> how) {
  if (phase_ == Phase::tunnel) return tunnel_ended(Side::dyno, how);
  if (phase_ != Phase::exchanging) return;
  upstream_ended_ = true;
  if (how && head_passed_ && upstream_->answer.put_end()) {
    core_.scratch.clear();
    write_end(form_, core_.scratch);
    if (!core_.scratch.empty()) write_client(core_.scratch);
    return finish_answer(true);
  }
  bool const stale = upstream_->used && !answer_begun_ && can_be_sent_again();
  if (stale) {
    // The dyno closed the connection while it was idle, and we wrote before we heard of it.
    upstream_.reset();
    return connect();
  }
  fail(answer_begun_ || !request_ended_ ? "H18" : "H13");
}

/// The dyno's answer came to nothing. A client that has a part of it sees it break off.
void RouterClient::fail(std::string_view code) {
  if (head_passed_) return break_off(code);
  refuse(code);
}

void RouterClient::break_off(std::string_view code) {
  Refusal const& refusal = refusal_of(code);
  exchange_.status = refusal.status;
  core_.record(exchange_, &refusal);
  close();
}

void RouterClient::expire_exchange() {
  if (head_passed_) return break_off("H15");
  // A client that we let send and that does not is the one that is idle.
  if (!request_ended_ && !client_paused_) return break_off("H28");
  refuse("H12");
}

void RouterClient::open_tunnel(std::string_view first) {
  core_.scratch.clear();
  write_answer(upstream_->answer, exchange_, {}, core_.scratch);
  core_.scratch += first;
  phase_ = Phase::tunnel;
  exchange_.status = 101;
  exchange_.bytes += first.size();
  client_ended_ = false;
  set_deadline(core_.now() + rolling_time);
  write_client(core_.scratch);
  pause_client(false);
  std::string const ahead = std::exchange(in_, {});
  if (!ahead.empty()) pass_upstream(ahead);
}

void RouterClient::pass_upstream(std::string_view bytes) {
  set_deadline(core_.now() + rolling_time);
  upstream_->stream->write(bytes);
  if (upstream_->stream->pending() > pending_max) pause_client(true);
}

/// Either side may end first; what the other still says is passed on.
void RouterClient::tunnel_ended(Side side, Result<> const& how) {
  if (how && side == Side::client) {
    client_ended_ = true;
    upstream_->stream->finish();
  } else if (how) {
    upstream_ended_ = true;
    stream_->finish();
  }
  if (how && !(client_ended_ && upstream_ended_)) return;
  core_.record(exchange_, nullptr);
  if (!how || stream_->pending() == 0) return close();
  upstream_.reset();
  drain();
}

}  // namespace landfall::sandbox
