// Every screen: its address, its place in the navigation, who may see it, and its code. A screen is
// loaded when it is first opened.
import type {ComponentType} from "preact";
import type {Permission} from "./api";
import type {IconName} from "./parts/icon";
import type {Key} from "./words";

export interface ScreenProps {
  params: Record<string, string>;
}

export interface Route {
  path: string;
  title: Key;
  needs: Permission;
  screen: () => Promise<{default: ComponentType<ScreenProps>}>;
  // In the navigation: its picture, the letter after "g", and whether it stands in the bottom bar
  // of a phone (at most three do).
  nav?: {icon: IconName; letter: string; bar: boolean; starts?: true};
}

export const routes: Route[] = [
  {path: "/app", title: "nav.today", needs: "author", screen: () => import("./screens/today"),
   nav: {icon: "today", letter: "t", bar: true, starts: true}},
  {path: "/app/drafts", title: "nav.drafts", needs: "author",
   screen: () => import("./screens/drafts"),
   nav: {icon: "drafts", letter: "d", bar: true}},
  {path: "/app/announcement/:slug", title: "announcement", needs: "author",
   screen: () => import("./screens/announcement")},
  {path: "/app/draft/:id", title: "draft.new", needs: "author",
   screen: () => import("./screens/draft")},
  {path: "/app/calendar", title: "nav.calendar", needs: "author",
   screen: () => import("./screens/calendar"), nav: {icon: "calendar", letter: "k", bar: true}},
  {path: "/app/channels", title: "nav.channels", needs: "author",
   screen: () => import("./screens/channels"), nav: {icon: "channels", letter: "h", bar: false}},
  {path: "/app/add-channel", title: "channels.add", needs: "admin",
   screen: () => import("./screens/add_channel")},
  {path: "/app/channels/:name", title: "nav.channels", needs: "author",
   screen: () => import("./screens/channel")},
  {path: "/app/people", title: "nav.people", needs: "author",
   screen: () => import("./screens/people"), nav: {icon: "people", letter: "p", bar: false}},
  {path: "/app/access", title: "access.title", needs: "author",
   screen: () => import("./screens/access")},
  {path: "/app/proposals", title: "nav.proposals", needs: "author",
   screen: () => import("./screens/proposals"),
   nav: {icon: "proposals", letter: "r", bar: false}},
  {path: "/app/proposals/:id", title: "proposals.one", needs: "author",
   screen: () => import("./screens/proposal")},
  {path: "/app/replies", title: "nav.replies", needs: "author",
   screen: () => import("./screens/replies")},
  {path: "/app/retire", title: "nav.retire", needs: "author",
   screen: () => import("./screens/retire"), nav: {icon: "leave", letter: "l", bar: false}},
  {path: "/app/retire/:channel", title: "nav.retire", needs: "author",
   screen: () => import("./screens/retirement")},
  {path: "/app/retire/:channel/links", title: "links.findings", needs: "admin",
   screen: () => import("./screens/links")},
  {path: "/app/log", title: "nav.log", needs: "editor",
   screen: () => import("./screens/log"), nav: {icon: "link", letter: "o", bar: false}},
  {path: "/app/settings", title: "nav.settings", needs: "author",
   screen: () => import("./screens/settings"),
   nav: {icon: "settings", letter: "s", bar: false}},
  {path: "/app/signed-in", title: "signed_in.title", needs: "anyone",
   screen: () => import("./screens/signed_in")},
];

// Where "c" and the button "Write" lead.
export const compose_path = "/app/draft/new";
