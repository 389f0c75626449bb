// Of the calendar only one channel, or one state: by the address, so that it can be kept and sent.
import {ask_channels} from "../channels/standing";
import {useResource} from "../resource";
import {go, place} from "../router";
import {t, type Key} from "../words";
import type {Item, ItemState} from "./items";

export const shown_states: Array<[ItemState, Key]> = [["draft", "calendar.draft"],
  ["scheduled", "state.planned"], ["published", "state.published"], ["attention", "calendar.attention"]];

export interface Filter {
  channel: string;  // empty: every one
  state: string;
}

export function filter_of(query: string): Filter {
  const said = new URLSearchParams(query);
  return {channel: said.get("channel") ?? "", state: said.get("state") ?? ""};
}

// What of an address the filter is, to be put behind another.
export function as_query({channel, state}: Filter): string {
  return (channel === "" ? "" : `&channel=${encodeURIComponent(channel)}`) +
    (state === "" ? "" : `&state=${encodeURIComponent(state)}`);
}

export const filtered = (items: Item[], {channel, state}: Filter): Item[] => items.filter((one) =>
  (channel === "" || one.channels.includes(channel)) && (state === "" || one.state === state));

function choose(change: Partial<Filter>): void {
  const query = new URLSearchParams(place.peek().query);
  for (const [name, value] of Object.entries(change)) {
    if (value === "") query.delete(name);
    else query.set(name, value);
  }
  go(`/app/calendar?${query}`, true);
}

export function FilterChoice({filter}: {filter: Filter}) {
  const channels = useResource("channels", ask_channels).value.value ?? [];
  return (
    <form class="calendar-filter" role="search" aria-label={t("calendar.filter")}
          onSubmit={(event) => event.preventDefault()}>
      <label>{t("calendar.filter_channel")}{" "}
        <select value={filter.channel} onChange={(event) => choose({channel: event.currentTarget.value})}>
          <option value="">{t("calendar.all_channels")}</option>
          {channels.map((one) => <option key={one.name} value={one.name}>{one.name}</option>)}
        </select></label>
      <label>{t("calendar.filter_state")}{" "}
        <select value={filter.state} onChange={(event) => choose({state: event.currentTarget.value})}>
          <option value="">{t("calendar.all_states")}</option>
          {shown_states.map(([one, word]) => <option key={one} value={one}>{t(word)}</option>)}
        </select></label>
    </form>
  );
}
