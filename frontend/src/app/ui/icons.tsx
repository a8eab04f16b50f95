import type { ReactNode } from "react";

import type { TaskFilter } from "../../api/calls";

/** Line icons on a 24 grid, drawn for this interface. They are decoration: the text beside them speaks. */
const paths = {
  plus: <path d="M12 5v14M5 12h14" />,
  check: <path d="m5 12.5 4.5 4.5L19 7.5" />,
  close: <path d="m6 6 12 12M18 6 6 18" />,
  chevronRight: <path d="m9.5 6 6 6-6 6" />,
  arrowRight: <path d="M4.5 12h15M13.5 6l6 6-6 6" />,
  upload: <path d="M12 15.5V4.5M7.5 9 12 4.5 16.5 9M4.5 15v3a2 2 0 0 0 2 2h11a2 2 0 0 0 2-2v-3" />,
  download: <path d="M12 4.5v11M7.5 11l4.5 4.5 4.5-4.5M4.5 15v3a2 2 0 0 0 2 2h11a2 2 0 0 0 2-2v-3" />,
  trash: <path d="M4.5 7h15M9.5 7V4.5h5V7M6.5 7l.8 11.2a1.5 1.5 0 0 0 1.5 1.3h6.4a1.5 1.5 0 0 0 1.5-1.3L17.5 7M10.2 11v5M13.8 11v5" />,
  edit: <path d="M4.5 19.5h3.6L19 8.6a1.9 1.9 0 0 0 0-2.7l-.9-.9a1.9 1.9 0 0 0-2.7 0L4.5 15.9zM13.5 6.9l3.6 3.6" />,
  image: (
    <>
      <rect x="3.5" y="4.5" width="17" height="15" rx="2.5" />
      <circle cx="8.7" cy="9.5" r="1.5" />
      <path d="m4 17 4.8-4.6 3.4 3.2 3.2-3.6L20 16.5" />
    </>
  ),
  signOut: <path d="M10 4.5H6.5a2 2 0 0 0-2 2v11a2 2 0 0 0 2 2H10M15 8l4 4-4 4M9.5 12H19" />,
  retry: <path d="M19 12a7 7 0 1 1-2.2-5.1M19 4v4h-4" />,
  alert: <path d="M12 8v5M12 16.2v.1M10.6 4.3 3.2 17.1a1.6 1.6 0 0 0 1.4 2.4h14.8a1.6 1.6 0 0 0 1.4-2.4L13.4 4.3a1.6 1.6 0 0 0-2.8 0Z" />,
  sun: (
    <>
      <circle cx="12" cy="12" r="3.8" />
      <path d="M12 3.5v1.8M12 18.7v1.8M3.5 12h1.8M18.7 12h1.8M6 6l1.3 1.3M16.7 16.7 18 18M18 6l-1.3 1.3M7.3 16.7 6 18" />
    </>
  ),
  moon: <path d="M19.5 14.2A7.8 7.8 0 0 1 9.8 4.5a7.8 7.8 0 1 0 9.7 9.7Z" />,
  screen: <path d="M5.5 4.5h13a2 2 0 0 1 2 2v8a2 2 0 0 1-2 2h-13a2 2 0 0 1-2-2v-8a2 2 0 0 1 2-2ZM8.5 20h7M12 16.5V20" />,
  settings: <path d="M5 7h7M17 7h2M5 12h2M12 12h7M5 17h9M18 17h1M14.5 5v4M9.5 10v4M16 15v4" />,
  search: <path d="M10.8 4.8a6 6 0 1 1 0 12 6 6 0 0 1 0-12ZM15.2 15.2l4.3 4.3" />,
  flag: <path d="M6.5 20V4.5M6.5 5.5c3.5-1.8 6 1.6 11.5 0v8.6c-5.5 1.6-8-1.8-11.5 0" />,
  archive: <path d="M3.8 5h16.4v4H3.8zM5.3 9v8.5a2 2 0 0 0 2 2h9.4a2 2 0 0 0 2-2V9M10 13h4" />,
  people: (
    <>
      <circle cx="9" cy="8.5" r="3.2" />
      <path d="M3 19c.4-3.3 2.7-5.2 6-5.2s5.6 1.9 6 5.2M15.5 5.6a3.2 3.2 0 0 1 0 5.8M17.5 14.3c2 .6 3.2 2.2 3.5 4.7" />
    </>
  ),
  tag: (
    <>
      <path d="M4 5.5v5.9a2 2 0 0 0 .6 1.4l7 7a2 2 0 0 0 2.8 0l5.4-5.4a2 2 0 0 0 0-2.8l-7-7a2 2 0 0 0-1.4-.6H5.5A1.5 1.5 0 0 0 4 5.5Z" />
      <circle cx="8.4" cy="8.4" r="1.1" />
    </>
  ),
} satisfies Record<string, ReactNode>;

export type IconName = keyof typeof paths;

interface LineIconProps {
  /** Side in rem. */
  size: number;
  /** Side of the grid that the paths are drawn on. */
  grid?: number;
  stroke?: number;
  children: ReactNode;
}

/** The frame of every icon of ours: lines in the colour of the text beside it. */
export function LineIcon({ size, grid = 24, stroke = 1.7, children }: LineIconProps) {
  return (
    <svg
      aria-hidden="true"
      width={`${size}rem`}
      height={`${size}rem`}
      viewBox={`0 0 ${grid} ${grid}`}
      fill="none"
      stroke="currentColor"
      strokeWidth={stroke}
      strokeLinecap="round"
      strokeLinejoin="round"
      style={{ flex: "none" }}
    >
      {children}
    </svg>
  );
}

export function Icon({ name, size = 1.125 }: { name: IconName; size?: number }) {
  return <LineIcon size={size}>{paths[name]}</LineIcon>;
}

const stateShapes: Readonly<Record<TaskFilter, ReactNode>> = {
  open: <circle cx="8" cy="8" r="5.6" />,
  in_progress: (
    <>
      <circle cx="8" cy="8" r="5.6" />
      <path d="M8 4.8a3.2 3.2 0 0 1 0 6.4Z" fill="currentColor" stroke="none" />
    </>
  ),
  submitted: (
    <>
      <circle cx="8" cy="8" r="5.6" />
      <path d="M8 4.8V8l2.2 1.6" />
    </>
  ),
  changes_requested: (
    <>
      <circle cx="8" cy="8" r="5.6" />
      <path d="M8 5v3.4M8 10.9v.1" />
    </>
  ),
  accepted: (
    <>
      <circle cx="8" cy="8" r="6.4" fill="currentColor" stroke="none" />
      <path d="m5.2 8.2 2 2 3.6-4" stroke="var(--c-surface)" />
    </>
  ),
  skipped: (
    <>
      <circle cx="8" cy="8" r="5.6" />
      <path d="M5 8h6" />
    </>
  ),
};

/** Each state has a shape of its own, so that colour is never the only sign. */
export function StateIcon({ state, size = 1 }: { state: TaskFilter; size?: number }) {
  return (
    <LineIcon size={size} grid={16} stroke={1.6}>
      {stateShapes[state]}
    </LineIcon>
  );
}
