// The body of an answer that is given again and again.
#pragma once

#include <atomic>
#include <cstddef>
#include <string>
#include <utility>

namespace carillon {

// Bytes that do not change. Those of limits::server_file_bytes and more that are sent a second time
// also get a file without a name (memfd_create(2)), from which the kernel sends them without
// copying. Thread-safe.
class SharedBody {
 public:
  explicit SharedBody(std::string bytes) : bytes_(std::move(bytes)) {}
  SharedBody(const SharedBody&) = delete;
  SharedBody& operator=(const SharedBody&) = delete;
  ~SharedBody();

  [[nodiscard]] const std::string& bytes() const { return bytes_; }
  // Asked once for each time they are sent: the file for sendfile(2), or -1.
  [[nodiscard]] int file() const;

 private:
  enum : int { never_sent = -3, sent_once = -2, none = -1 };
  [[nodiscard]] int make_file() const;
  const std::string bytes_;
  mutable std::atomic<int> file_{never_sent};
};

// Sends some of the bytes of `file`, which has `size` of them, behind the first `from` into a
// socket that does not block. How many it took; 0 with the error in errno (EAGAIN: none at the
// moment). Follows sendfile(2). SIGPIPE, which that cannot be asked to leave out, is blocked on
// this thread from now on.
[[nodiscard]] std::size_t send_some(int socket, int file, std::size_t from, std::size_t size);

}  // namespace carillon
