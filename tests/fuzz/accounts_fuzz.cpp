// Lists of accounts that people import, and what WebFinger answers.
#include "federation/finding.hpp"
#include "federation/followers.hpp"
#include "fuzz.hpp"

using namespace carillon;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::text_of(data, size);
  const ReadAccounts list = read_account_list(text);
  const ReadAccounts again = read_account_list(write_account_list(list.accounts));
  fuzz::require(again.accounts == list.accounts, "what is written is read again");
  fuzz::require(again.unread == 0, "nothing is written that is not read");
  for (const CameOver one : compare_accounts(list.accounts, list.accounts))
    fuzz::require(one == CameOver::follows, "an account is itself");
  if (const auto name = read_far_name(text); name)
    fuzz::require(read_far_name(name->handle())->handle() == name->handle(), "a name is read anew");
  if (const auto answer = parse_json(text); answer) static_cast<void>(account_in(*answer));
  return 0;
}
