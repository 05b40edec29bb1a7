// A server and clients on loopback, for the tests of both.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <future>
#include <set>
#include <thread>

#include "base/archive.h"
#include "base/text.h"
#include "world/descriptor.h"
#include "world/real_test.h"

namespace landfall {

/// A client of a few bytes on a thread of its own: what libcurl would never send.
class RealHttpTest : public RealTest {
 protected:
  static Descriptor dial(int port) {
    Descriptor client(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::connect(client.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    return client;
  }

  static std::string read_to_end(int client) {
    std::string text;
    char chunk[4096];
    ssize_t count = 0;
    while ((count = ::recv(client, chunk, sizeof chunk, 0)) > 0)
      text.append(chunk, static_cast<std::size_t>(count));
    return text;
  }

  /// Sends the bytes, and no more after them; returns all that the server says until it closes.
  std::string talk(int port, std::string const& bytes) {
    std::string text;
    std::jthread const client([&] {
      Descriptor const socket = dial(port);
      ::send(socket.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      ::shutdown(socket.get(), SHUT_WR);
      text = read_to_end(socket.get());
      world().loop.post([this] { world().loop.stop(); });
    });
    world().loop.run();
    return text;
  }

  /// For a client's thread: returns when the loop has dealt with what was there before, and with
  /// what that brought up.
  void let_loop_turn() {
    for (int turn = 0; turn < 3; ++turn) {
      std::promise<void> turned;
      world().loop.post([&turned] { turned.set_value(); });
      turned.get_future().wait();
    }
  }

  static Handler echo() {
    return [](Request request, Respond respond) {
      respond({.status = 200,
               .headers = {{"X-Method", request.method}, {"X-Target", request.url}},
               .body = std::move(request.body)});
    };
  }
  static std::string at(int port, std::string const& target = "/") {
    return "http://127.0.0.1:" + std::to_string(port) + target;
  }
};

}  // namespace landfall
