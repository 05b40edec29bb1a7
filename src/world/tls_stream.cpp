// OpenSSL works on two buffers in memory: what comes from the stream below goes into one, what it
// wants to send is taken from the other.
#include "world/tls_stream.h"

#include <openssl/err.h>
#include <openssl/pem.h>

#include <algorithm>
#include <map>
#include <string>

#include "world/openssl.h"

namespace landfall {

namespace {

std::size_t const record_bytes = 16 << 10;
std::size_t const write_bytes = 64 << 10;
std::size_t const handshakes_max = 1000;
Duration const handshake_time = 10s;

std::unexpected<Error> truncated() {
  return fail(ErrorKind::network, "the connection ended without TLS's own end", "truncated");
}

/// One connection. Callbacks keep it alive while they run, whoever closes it.
class TlsEnd : public std::enable_shared_from_this<TlsEnd> {
 public:
  TlsEnd(Loop& loop, Tls tls, std::unique_ptr<Stream> below)
      : loop_(loop), tls_(std::move(tls)), below_(std::move(below)) {}

  /// `done` is called once with whether there is a connection.
  void shake_hands(std::function<void(bool)> done);

  void start(Stream::Events events);
  void write(std::string_view bytes);
  std::size_t pending() const { return below_ ? below_->pending() : 0; }
  void finish();
  void pause(bool paused);
  void close();

 private:
  void received(std::string_view bytes);
  void ended_below(Result<> how);
  void step();
  void step_handshake();
  void read();
  void flush();
  void end(Result<> how);

  Loop& loop_;
  Tls tls_;
  std::unique_ptr<Stream> below_;
  std::function<void(bool)> shaken_;
  std::shared_ptr<Stream::Events const> events_;
  bool paused_ = false;
  bool ended_ = false;
  bool finished_ = false;
  bool broken_ = false;
};

void TlsEnd::shake_hands(std::function<void(bool)> done) {
  shaken_ = std::move(done);
  std::weak_ptr<TlsEnd> const weak = weak_from_this();
  below_->start({.bytes =
                     [weak](std::string_view bytes) {
                       if (auto const self = weak.lock()) self->received(bytes);
                     },
                 .drained =
                     [weak] {
                       auto const self = weak.lock();
                       auto const events = self ? self->events_ : nullptr;
                       if (events && events->drained) events->drained();
                     },
                 .ended =
                     [weak](Result<> how) {
                       if (auto const self = weak.lock()) self->ended_below(std::move(how));
                     }});
}

void TlsEnd::received(std::string_view bytes) {
  BIO* const in = SSL_get_rbio(tls_.get());
  // A buffer in memory takes all that it is given.
  BIO_write(in, bytes.data(), static_cast<int>(bytes.size()));
  step();
}

void TlsEnd::ended_below(Result<> how) {
  if (shaken_) return std::exchange(shaken_, {})(false);
  end(how ? truncated() : std::move(how));
}

void TlsEnd::step() {
  if (shaken_) return step_handshake();
  if (events_ && !paused_ && !ended_ && below_) read();
}

void TlsEnd::step_handshake() {
  ERR_clear_error();
  int const result = SSL_do_handshake(tls_.get());
  bool const waits = result != 1 && SSL_get_error(tls_.get(), result) == SSL_ERROR_WANT_READ;
  flush();
  if (!waits) std::exchange(shaken_, {})(result == 1);
}

void TlsEnd::read() {
  auto const self = shared_from_this();
  std::string bytes(record_bytes, '\0');
  while (below_ && !paused_ && !ended_) {
    ERR_clear_error();
    int const count = SSL_read(tls_.get(), bytes.data(), static_cast<int>(bytes.size()));
    int const why = count > 0 ? SSL_ERROR_NONE : SSL_get_error(tls_.get(), count);
    flush();
    if (why == SSL_ERROR_WANT_READ) return;
    if (why == SSL_ERROR_ZERO_RETURN) return end({});
    if (why != SSL_ERROR_NONE)
      return end(fail(ErrorKind::network, "the TLS connection broke", "broken"));
    auto const events = events_;
    if (events->bytes) events->bytes({bytes.data(), static_cast<std::size_t>(count)});
  }
}

void TlsEnd::end(Result<> how) {
  if (broken_ || (how && ended_)) return;
  // What a peer does after its own end breaks nothing.
  if (!how && how.error().code == "truncated" && ended_) return;
  ended_ = true;
  broken_ = !how;
  auto const events = events_;
  if (events && events->ended) events->ended(std::move(how));
}

void TlsEnd::flush() {
  BIO* const out = SSL_get_wbio(tls_.get());
  char bytes[record_bytes];
  while (below_ && BIO_ctrl(out, BIO_CTRL_PENDING, 0, nullptr) > 0) {
    int const count = BIO_read(out, bytes, static_cast<int>(sizeof bytes));
    if (count <= 0) return;
    below_->write({bytes, static_cast<std::size_t>(count)});
  }
}

void TlsEnd::start(Stream::Events events) {
  events_ = std::make_shared<Stream::Events const>(std::move(events));
  loop_.post([weak = weak_from_this()] {
    if (auto const self = weak.lock()) self->step();
  });
}

void TlsEnd::write(std::string_view bytes) {
  while (!bytes.empty() && below_ && !broken_ && !finished_) {
    std::size_t const count = std::min(bytes.size(), write_bytes);
    ERR_clear_error();
    if (SSL_write(tls_.get(), bytes.data(), static_cast<int>(count)) <= 0) return;
    bytes.remove_prefix(count);
    flush();
  }
}

void TlsEnd::finish() {
  if (!below_ || broken_ || std::exchange(finished_, true)) return;
  ERR_clear_error();
  SSL_shutdown(tls_.get());
  flush();
  below_->finish();
}

void TlsEnd::pause(bool paused) {
  if (!below_ || paused_ == paused) return;
  paused_ = paused;
  below_->pause(paused);
  if (paused) return;
  loop_.post([weak = weak_from_this()] {
    if (auto const self = weak.lock()) self->step();
  });
}

void TlsEnd::close() {
  broken_ = true;
  below_.reset();
}

class TlsStream : public Stream {
 public:
  explicit TlsStream(std::shared_ptr<TlsEnd> end) : end_(std::move(end)) {}
  ~TlsStream() override { end_->close(); }
  void start(Events events) override { end_->start(std::move(events)); }
  void write(std::string_view bytes) override { end_->write(bytes); }
  std::size_t pending() const override { return end_->pending(); }
  void finish() override { end_->finish(); }
  void pause(bool paused) override { end_->pause(paused); }

 private:
  std::shared_ptr<TlsEnd> end_;
};

/// The connections whose handshakes are not over.
class Handshakes : public std::enable_shared_from_this<Handshakes> {
 public:
  Handshakes(Loop& loop, TlsContext context, Streams::Accept accept)
      : loop_(loop), context_(std::move(context)), accept_(std::move(accept)) {}
  ~Handshakes() {
    for (auto const& [number, shaking] : shaking_) loop_.cancel(shaking.timer);
  }

  void begin(std::unique_ptr<Stream> client);

 private:
  struct Shaking {
    std::shared_ptr<TlsEnd> end;
    TimerId timer = 0;
  };
  void settle(std::uint64_t number, bool good);

  Loop& loop_;
  TlsContext context_;
  Streams::Accept accept_;
  std::uint64_t last_ = 0;
  std::map<std::uint64_t, Shaking> shaking_;
};

void Handshakes::begin(std::unique_ptr<Stream> client) {
  Tls tls(SSL_new(context_.get()));
  Bio in(BIO_new(BIO_s_mem()));
  Bio out(BIO_new(BIO_s_mem()));
  if (!tls || !in || !out) return;
  SSL_set_bio(tls.get(), in.release(), out.release());
  SSL_set_accept_state(tls.get());
  if (shaking_.size() >= handshakes_max) settle(shaking_.begin()->first, false);
  std::uint64_t const number = ++last_;
  Shaking& own = shaking_[number];
  own.end = std::make_shared<TlsEnd>(loop_, std::move(tls), std::move(client));
  std::weak_ptr<Handshakes> const weak = weak_from_this();
  auto const over = [weak, number](bool good) {
    if (auto const self = weak.lock()) self->settle(number, good);
  };
  own.timer = loop_.after(handshake_time, [over] { over(false); });
  own.end->shake_hands(over);
}

void Handshakes::settle(std::uint64_t number, bool good) {
  auto const node = shaking_.extract(number);
  if (node.empty()) return;
  Shaking const& own = node.mapped();
  loop_.cancel(own.timer);
  auto stream = std::make_unique<TlsStream>(own.end);
  if (good) accept_(std::move(stream));
}

Result<TlsContext> make_context(TlsIdentity const& identity) {
  TlsContext context(SSL_CTX_new(TLS_server_method()));
  if (!context) return openssl_failure("no TLS");
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_set_options(context.get(), SSL_OP_NO_RENEGOTIATION);
  // Idle connections then hold no buffers.
  SSL_CTX_set_mode(context.get(), SSL_MODE_RELEASE_BUFFERS);
  auto const bio_of = [](std::string const& pem) {
    return Bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  };
  Bio const chain = bio_of(identity.certificate_chain_pem);
  Bio const key_text = bio_of(identity.key_pem);
  Certificate const own(PEM_read_bio_X509(chain.get(), nullptr, nullptr, nullptr));
  Key const key(PEM_read_bio_PrivateKey(key_text.get(), nullptr, nullptr, nullptr));
  bool good = own && key && SSL_CTX_use_certificate(context.get(), own.get()) == 1 &&
              SSL_CTX_use_PrivateKey(context.get(), key.get()) == 1;
  while (good) {
    Certificate above(PEM_read_bio_X509(chain.get(), nullptr, nullptr, nullptr));
    if (!above) break;
    good = SSL_CTX_add0_chain_cert(context.get(), above.release()) == 1;
  }
  if (!good) return openssl_failure("the TLS identity");
  ERR_clear_error();
  return context;
}

}  // namespace

Result<Streams::Accept> tls_accept(Loop& loop, TlsIdentity const& identity,
                                   Streams::Accept accept) {
  TRY(load_openssl());
  TlsContext context = TRY(make_context(identity));
  auto const handshakes = std::make_shared<Handshakes>(loop, std::move(context), std::move(accept));
  return Streams::Accept(
      [handshakes](std::unique_ptr<Stream> client) { handshakes->begin(std::move(client)); });
}

}  // namespace landfall
