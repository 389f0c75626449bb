// The frame around every screen: navigation, what is said, and what may happen at any time.
import {signal, useSignal} from "@preact/signals";
import type {ComponentType} from "preact";
import {useEffect, useRef} from "preact/hooks";
import {ask_session, may, online, session} from "./api";
import {help_open, start_keys} from "./keys";
import {close_note, notes, spoken} from "./live";
import {invalidate_all} from "./resource";
import {Icon} from "./parts/icon";
import {Skeleton} from "./parts/loading";
import {match, name_window, place} from "./router";
import {compose_path, routes, type Route, type ScreenProps} from "./routes";
import {Help} from "./shell/help";
import {Menu} from "./shell/menu";
import {SignInAgain} from "./shell/sign_in_again";
import {t} from "./words";

const loaded = new Map<Route, ComponentType<ScreenProps>>();
const outdated = signal(false);
const menu_open = signal(false);
const retry_ms = 5000;

interface Found {
  route: Route;
  params: Record<string, string>;
}

function find(path: string): Found | undefined {
  for (const route of routes) {
    const params = match(route.path, path);
    if (params && may(route.needs)) return {route, params};
  }
  return undefined;
}

const in_nav = () => routes.filter((one) => one.nav && may(one.needs));

function NavLink({route}: {route: Route}) {
  const path = place.value.path;
  const here = route.nav?.starts ? path === route.path : path.startsWith(route.path);
  return (
    <a href={route.path} aria-current={here ? "page" : undefined}>
      {route.nav && <Icon name={route.nav.icon} />}<span>{t(route.title)}</span>
    </a>
  );
}

function Sidebar() {
  return (
    <header class="sidebar">
      <p class="brand">{session.value?.organisation ?? ""}</p>
      {may("author") &&
        <a class="button first" href={compose_path}><Icon name="write" />{t("nav.write")}</a>}
      <nav aria-label={t("nav.main")}>
        <ul>{in_nav().map((one) => <li key={one.path}><NavLink route={one} /></li>)}</ul>
      </nav>
      <button type="button" class="quiet menu-button" aria-haspopup="dialog"
              onClick={() => menu_open.value = true}>
        <Icon name="person" /><span>{session.value?.name ?? ""}</span>
      </button>
    </header>
  );
}

function BottomBar() {
  return (
    <nav class="bottom-bar" aria-label={t("nav.main")}>
      {in_nav().filter((one) => one.nav?.bar).map((one) => <NavLink key={one.path} route={one} />)}
      {may("author") &&
        <a href={compose_path}
           aria-current={place.value.path === compose_path ? "page" : undefined}>
          <Icon name="write" /><span>{t("nav.write")}</span>
        </a>}
      <button type="button" aria-haspopup="dialog" onClick={() => menu_open.value = true}>
        <Icon name="more" /><span>{t("nav.more")}</span>
      </button>
    </nav>
  );
}

function Notes() {
  return (
    <div class="notes" role="status">
      {notes.value.map((one) => (
        <div class="note" key={one.id}>
          <span>{one.text}</span>
          {one.undo && <button type="button" onClick={() => {
            one.undo?.();
            close_note(one.id);
          }}>{t("undo")}</button>}
          <button type="button" class="quiet" onClick={() => close_note(one.id)}>
            <Icon name="cross" /><span class="hidden">{t("close")}</span>
          </button>
        </div>))}
    </div>
  );
}

function useConnection() {
  useEffect(() => {
    const again = async () => {
      const before = online.peek();
      try {
        await ask_session();
        if (!before) invalidate_all();
      } catch {
        // Still no answer; the banner stays.
      }
    };
    const off = () => online.value = false;
    const timer = window.setInterval(() => {
      if (!online.peek()) void again();
    }, retry_ms);
    window.addEventListener("online", again);
    window.addEventListener("offline", off);
    return () => {
      window.clearInterval(timer);
      window.removeEventListener("online", again);
      window.removeEventListener("offline", off);
    };
  }, []);
}

function Nowhere() {
  if (!may("author")) return (
    <>
      <h1 tabIndex={-1}>{t("no_desk.title")}</h1>
      <p>{t("no_desk.text")} <a href="/account">{t("account")}</a></p>
    </>
  );
  return (
    <>
      <h1 tabIndex={-1}>{t("nowhere.title")}</h1>
      <p>{t("nowhere.text")} <a href="/app">{t("nav.today")}</a></p>
    </>
  );
}

// Loads the screen of the address, and moves the focus to its heading when it changes.
function Screen() {
  const found = find(place.value.path);
  const ready = useSignal(0);
  const first = useRef(true);
  const key = found?.route.path ?? "";
  useEffect(() => {
    if (found && !loaded.has(found.route)) {
      found.route.screen().then((module) => {
        loaded.set(found.route, module.default);
        ready.value += 1;
      }, () => outdated.value = true);
    }
    name_window(found ? t(found.route.title) : "");
  }, [key, place.value.visit]);
  const View = found && loaded.get(found.route);
  useEffect(() => {
    if (first.current) {
      if (View || !found) first.current = false;
      return;
    }
    if (!View && found) return;
    window.scrollTo(0, 0);
    document.querySelector<HTMLElement>("main h1")?.focus();
  }, [place.value.visit, View === undefined]);
  if (!found) return <Nowhere />;
  void ready.value;
  return View ? <View key={place.value.visit} params={found.params} /> : <Skeleton />;
}

export function Shell() {
  useConnection();
  useEffect(start_keys, []);
  return (
    <>
      <a class="skip" href="#main">{t("skip")}</a>
      <Sidebar />
      <main id="main" tabIndex={-1}>
        {!online.value &&
          <p class="banner" role="status"><Icon name="offline" />{t("offline")}</p>}
        {outdated.value && (
          <p class="banner" role="alert">{t("outdated")}{" "}
            <button type="button" onClick={() => location.reload()}>{t("reload")}</button></p>)}
        <Screen />
      </main>
      <BottomBar />
      <Notes />
      <p class="hidden" aria-live="polite" id="live">{spoken.value}</p>
      {menu_open.value &&
        <Menu others={in_nav()} close={() => menu_open.value = false} />}
      {help_open.value && <Help close={() => help_open.value = false} />}
      <SignInAgain />
    </>
  );
}
