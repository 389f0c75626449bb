// Reaching a PostgreSQL server, and saying why not without repeating a password.
#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <chrono>

#include "store/postgres.hpp"

namespace carillon::store_detail {

namespace {

struct Address {
  std::string place;     // host, port and database
  std::string password;  // never to be shown
};

Error malformed() {
  return {Fault::invalid, "store.url is not a well-formed PostgreSQL address",
          "It looks like postgres://USER:PASSWORD@HOST:PORT/DATABASE; write special characters of "
          "the password as %XX, or keep it in ~/.pgpass."};
}

// libpq's own sentences about a URL it cannot read quote it, password and all.
Result<Address> read_address(const std::string& url) {
  char* message = nullptr;
  using Options = std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)>;
  const Options options(PQconninfoParse(url.c_str(), &message), &PQconninfoFree);
  PQfreemem(message);
  if (!options) return tl::unexpected<Error>(malformed());
  std::map<std::string, std::string> found;
  for (const PQconninfoOption* one = options.get(); one->keyword != nullptr; ++one)
    if (one->val != nullptr) found[one->keyword] = one->val;
  const std::string host = found.contains("host") ? found["host"] : "localhost";
  // A "/" or "@" within the password moves the rest of it into these.
  if (found["port"].find_first_not_of("0123456789,") != std::string::npos ||
      host.find('@') != std::string::npos ||
      found["dbname"].find_first_of("@/") != std::string::npos)
    return tl::unexpected<Error>(malformed());
  std::string place = found["port"].empty() ? host : host + ":" + found["port"];
  if (!found["dbname"].empty()) place += "/" + found["dbname"];
  return Address{place, found["password"]};
}

// What libpq says about a failed attempt, by the SQLSTATE in it ("FATAL:  28P01: …").
Error explain_attempt(const PGconn* connection, const Address& address) {
  std::string said = one_line(PQerrorMessage(connection));
  const auto has = [&](const char* state) {
    return said.find(fmt::format(":  {}: ", state)) != std::string::npos;
  };
  const std::string at = "the database at " + address.place;
  if (has("28P01") || has("28000") || PQconnectionNeedsPassword(connection) != 0)
    return {Fault::denied, at + " refuses this user or password",
            "Check the user and the password in store.url, PGPASSWORD or ~/.pgpass, and the "
            "server's pg_hba.conf."};
  if (has("3D000"))
    return {Fault::not_found, at + " does not exist, though the server answers",
            "Create it with createdb, or correct store.url in carillon.yaml."};
  if (has("42501"))
    return {Fault::denied, at + " does not let this user connect",
            "Grant the user the right to connect."};
  if (has("53300"))
    return {Fault::unavailable, at + " has no free connection",
            "Raise max_connections of the server, or stop other programs."};
  if (has("57P03"))
    return {Fault::unavailable, at + " is starting or stopping", "Try again in a moment."};
  const bool quotable =
      address.password.empty() || said.find(address.password) == std::string::npos;
  return {Fault::unavailable,
          quotable ? fmt::format("{} does not answer ({})", at, said) : at + " does not answer",
          "Check that PostgreSQL runs there and that store.url in carillon.yaml is right."};
}

// Waits for the connection; false after `timeout_ms`. libpq's own connect_timeout counts a host.
bool wait_for(PGconn* connection, int timeout_ms) {
  using std::chrono::steady_clock;
  const auto end = steady_clock::now() + std::chrono::milliseconds(timeout_ms);
  PostgresPollingStatusType status = PGRES_POLLING_WRITING;
  while (status == PGRES_POLLING_READING || status == PGRES_POLLING_WRITING) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - steady_clock::now());
    if (left.count() <= 0) return false;
    const short events = status == PGRES_POLLING_READING ? POLLIN : POLLOUT;
    pollfd wanted{PQsocket(connection), events, 0};
    if (poll(&wanted, 1, static_cast<int>(left.count())) > 0) status = PQconnectPoll(connection);
  }
  return true;
}

Result<Connection> reach(const std::string& url, const Address& address, int timeout_ms) {
  // What the URL says wins over what stands before it. A server that vanished without a word is
  // noticed after half a minute.
  const char* names[] = {"application_name", "tcp_user_timeout", "keepalives_idle",
                         "dbname",           "client_encoding",  nullptr};
  const char* values[] = {"carillon", "30000", "15", url.c_str(), "UTF8", nullptr};
  Connection connection(PQconnectStartParams(names, values, 1), &PQfinish);
  if (!connection) return fail(Fault::internal, "out of memory");
  PQsetErrorVerbosity(connection.get(), PQERRORS_VERBOSE);  // with SQLSTATE
  if (PQstatus(connection.get()) != CONNECTION_BAD && !wait_for(connection.get(), timeout_ms))
    return fail(Fault::unavailable,
                fmt::format("the database at {} did not answer within {} seconds", address.place,
                            (timeout_ms + 999) / 1000),
                "Check that PostgreSQL runs there and that no firewall is between.");
  if (PQstatus(connection.get()) != CONNECTION_OK)
    return tl::unexpected<Error>(explain_attempt(connection.get(), address));
  PQsetErrorVerbosity(connection.get(), PQERRORS_TERSE);
  PQsetNoticeProcessor(
      connection.get(), [](void*, const char*) {}, nullptr);
  return connection;
}

}  // namespace

Result<std::unique_ptr<Db>> open_postgres(const std::string& url, const Store::Options& options) {
  TRY(const Address address, read_address(url));
  TRY(Connection connection, reach(url, address, options.connect_ms));
  const char* encoding = PQparameterStatus(connection.get(), "server_encoding");
  if (encoding == nullptr || std::string_view(encoding) != "UTF8")
    return fail(Fault::invalid,
                fmt::format("the database at {} does not keep text as UTF-8", address.place),
                "Create it anew with: createdb --encoding=UTF8 --template=template0 NAME");
  auto db = std::make_unique<PostgresDb>(std::move(connection), address.place);
  // synchronous_commit=on for the reason that makes SQLite synchronous=full: a delivery must be
  // armed on the disk before its first byte leaves.
  CHECK_OK(
      db->script(fmt::format("set client_min_messages = warning; set lock_timeout = {}; "
                             "select set_config('synchronous_commit', 'on', false) "
                             "where current_setting('synchronous_commit') = 'off'",
                             options.busy_ms)));
  return db;
}

}  // namespace carillon::store_detail
