#include "team/vault.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "base/bytes.hpp"

namespace carillon {

namespace {

struct SecretRow {
  std::string channel;
  std::string field;
  std::string sealed;
  Micros updated = 0;
};
BOOST_DESCRIBE_STRUCT(SecretRow, (), (channel, field, sealed, updated))

tl::unexpected<Error> key_fault(const std::string& path, const std::string& what) {
  return fail(Fault::unavailable, fmt::format("the key {} {}", path, what),
              "It opens the channels' secrets: restore it from your backup, or, with the file "
              "gone, enter the secrets again.");
}

// Nothing when there is no such file.
Result<std::optional<Secret>> read_key(const std::string& path, bool ours) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0 && errno == ENOENT) return std::nullopt;
  if (fd < 0) return key_fault(path, std::string("cannot be read: ") + std::strerror(errno));
  struct stat info {};
  char buffer[256];
  const bool known = ::fstat(fd, &info) == 0;
  const ssize_t size = ::read(fd, buffer, sizeof buffer);
  ::close(fd);
  if (ours && known && (info.st_mode & 077U) != 0)
    return fail(Fault::denied, fmt::format("others than the owner may read the key {}", path),
                fmt::format("Run: chmod 600 {}", path));
  if (!known || size <= 0) return key_fault(path, "cannot be read");
  auto key = from_base64(trim(std::string_view(buffer, static_cast<std::size_t>(size))));
  if (!key || key->size() != seal_key_bytes) return key_fault(path, "is damaged");
  return Secret(std::move(*key));
}

// Another process or thread may make it at the same time: the first link wins.
Result<void> make_key(const std::string& path) {
  const std::string beside = fmt::format("{}.{}", path, to_hex(random_bytes(8)));
  const int fd = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0) return key_fault(path, std::string("cannot be made: ") + std::strerror(errno));
  const std::string line = to_base64(random_bytes(seal_key_bytes)) + "\n";
  const bool written =
      ::write(fd, line.data(), line.size()) == ssize_t(line.size()) && ::fsync(fd) == 0;
  ::close(fd);
  const bool linked = written && (::link(beside.c_str(), path.c_str()) == 0 || errno == EEXIST);
  ::unlink(beside.c_str());
  if (!linked) return key_fault(path, "cannot be made");
  return {};
}

// The key of a file of ours, made where it is missing.
Result<Secret> own_key(const std::string& path) {
  TRY(auto key, read_key(path, true));
  if (key) return std::move(*key);
  CHECK_OK(make_key(path));
  TRY(auto made, read_key(path, true));
  if (!made) return key_fault(path, "vanished");
  return std::move(*made);
}

// A sealed text names its place, so that it cannot be moved to another channel.
std::string place(const std::string& channel, const std::string& field) {
  return channel + "\n" + field + "\n";
}

}  // namespace

Result<Secret> vault_key(const std::string& data_dir) {
  if (const char* dir = std::getenv("CREDENTIALS_DIRECTORY")) {
    TRY(auto given, read_key(std::string(dir) + "/carillon-key", false));
    if (given) return std::move(*given);
  }
  return own_key(data_dir + "/key");
}

Result<Secret> api_token(const std::string& data_dir) {
  TRY(const Secret key, own_key(data_dir + "/api-token"));
  return Secret(to_base64(key.reveal()));
}

Vault::Vault(Store& store, const Clock& clock, std::string data_dir)
    : store_(store), clock_(clock), data_dir_(std::move(data_dir)) {}

Result<Secret> Vault::get(const std::string& channel, const std::string& field) {
  TRY(const auto row, store_.read([&](Db& db) {
    return db.first<SecretRow>("select * from secret where channel = $1 and field = $2", channel,
                               field);
  }));
  if (!row)
    return fail(Fault::not_found,
                fmt::format("the {} of the channel {} was never entered", field, channel),
                fmt::format("Enter it with `carillon channel set {} --secret`.", channel));
  auto opened = open_from(place(channel, field), row->sealed);
  if (opened || opened.error().fault != Fault::corrupt) return opened;
  return fail(Fault::corrupt,
              fmt::format("the {} of the channel {} was sealed with another key", field, channel),
              fmt::format("Restore {}/key, or enter the secret again with `carillon channel set "
                          "{} --secret`.",
                          data_dir_, channel));
}

Result<std::string> Vault::seal_for(const std::string& where, const Secret& value) {
  TRY(const Secret key, vault_key(data_dir_));
  const Secret plain(where + value.reveal());
  return to_base64(seal(key, plain.reveal()));
}

Result<Secret> Vault::open_from(const std::string& where, const std::string& sealed) {
  TRY(const Secret key, vault_key(data_dir_));
  const auto bytes = from_base64(sealed);
  TRY(const Secret opened, unseal(key, bytes ? *bytes : std::string{}));
  if (!opened.reveal().starts_with(where))
    return fail(Fault::corrupt, "a stored secret was sealed for another place",
                "Restore the database from a backup, or enter the secret again.");
  return Secret(opened.reveal().substr(where.size()));
}

Result<void> Vault::put(const std::string& channel, const std::string& field, const Secret& value) {
  if (value.empty()) return fail(Fault::invalid, fmt::format("the {} is empty", field));
  TRY(const std::string sealed, seal_for(place(channel, field), value));
  return store_.write([&](Db& db) -> Result<void> {
    CHECK_OK(
        db.run("insert into secret (channel, field, sealed, updated) values ($1, $2, $3, $4) "
               "on conflict (channel, field) do update set sealed = excluded.sealed, "
               "updated = excluded.updated",
               channel, field, sealed, clock_.now()));
    return {};
  });
}

Result<std::vector<SecretEntry>> Vault::list(const std::string& channel) {
  return store_.read([&](Db& db) {
    return db.all<SecretEntry>(
        "select channel, field, updated from secret where channel = $1 order by field", channel);
  });
}

}  // namespace carillon
