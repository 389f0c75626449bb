// Line drawings on a 20 px grid. They never carry a meaning alone: a word stands beside each.
const paths = {
  today: "M3 10.500 6 4h8l3 6.500V16H3zM3 10.500h4l1 2h4l1-2h4",
  drafts: "M5 3h7l3 3v11H5zM12 3v3h3M8 10h4M8 13h4",
  write: "M4 16l1-4 8-8 3 3-8 8zM11 6l3 3",
  calendar: "M3 5h14v12H3zM3 9h14M7 3v4M13 3v4",
  channels: "M10 3a5 5 0 0 1 5 5v4l1.500 2h-13L5 12V8a5 5 0 0 1 5-5zM8 16.500a2 2 0 0 0 4 0",
  people: "M7 9a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5zM2.500 16a4.500 4.500 0 0 1 9 0" +
    "M13 9a2 2 0 1 0 0-4M13 11.500a4 4 0 0 1 4.500 4.500",
  proposals: "M3 4h14v10H9l-4 3v-3H3zM7 8h6M7 11h4",
  deliveries: "M3 9.500 17 3l-4 14-3-6z",
  more: "M3.500 10h1M9.500 10h1M15.500 10h1",
  check: "M4 10.500 8 14.500 16 5.500",
  cross: "M5 5l10 10M15 5 5 15",
  warning: "M10 3 18 17H2zM10 8v4M10 14.500h.01",
  clock: "M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM10 6v4l3 2",
  question: "M7.500 8a2.500 2.500 0 1 1 3.500 2.300c-.700.300-1 .800-1 1.700M10 14.500h.01",
  hand: "M6 10V5.500a1 1 0 0 1 2 0V9V4a1 1 0 0 1 2 0v5V4.500a1 1 0 0 1 2 0V10V7" +
    "a1 1 0 0 1 2 0v5a5 5 0 0 1-5 5c-2.500 0-3.500-1-5-4l-1-2a1 1 0 0 1 1.500-1z",
  eye: "M2 10s3-5 8-5 8 5 8 5-3 5-8 5-8-5-8-5zM10 12a2 2 0 1 0 0-4 2 2 0 0 0 0 4z",
  person: "M10 9.500a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM4 17a6 6 0 0 1 12 0",
  send: "M3 10h12M10 5l5 5-5 5",
  earlier: "M12 4l-6 6 6 6",
  later: "M8 4l6 6-6 6",
  back: "M16 10H4M9 5l-5 5 5 5",
  chart: "M3 17h14M5 14V9M9 14V5M13 14v-6M17 14V7",
  plus: "M10 4v12M4 10h12",
  image: "M3 4h14v12H3zM3 13l4-4 4 4 2-2 4 4M13 8h.01",
  unseen: "M3 3l14 14M8.500 5.200A8 8 0 0 1 10 5c5 0 8 5 8 5a14 14 0 0 1-2.500 3M12 14.700A8 8 0 0 1 10 15c-5 0-8-5-8-5a14 14 0 0 1 3.500-3.700",
  link: "M8.500 11.500l3-3M9 6l1.500-1.500a3.500 3.500 0 0 1 5 5L14 11M11 14l-1.500 1.500a3.500 3.500 0 0 1-5-5L6 9",
  open: "M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14z",
  key: "M7 11a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7zM9.500 10l6.500 6.500M13 13.500l2-2",
  leave: "M8 4H4v12h4M8 10h9M13 6l4 4-4 4",
  settings: "M10 12.500a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5zM10 2.500v2M10 15.500v2M2.500 10h2M15.500 10h2M4.700 4.700l1.400 1.400M13.900 13.900l1.400 1.400M4.700 15.300l1.400-1.400M13.900 6.100l1.400-1.400",
  offline: "M3 3l14 14M5 12a6 6 0 0 1 2-4.500M10 5a7 7 0 0 1 5 7M8 14a2.500 2.500 0 0 1 4 0",
} as const;

export type IconName = keyof typeof paths;

export function Icon({name}: {name: IconName}) {
  return (
    <svg class="icon" viewBox="0 0 20 20" width="20" height="20" aria-hidden="true"
         focusable="false">
      <path d={paths[name]} />
    </svg>
  );
}
