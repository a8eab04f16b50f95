import type { ReactNode } from "react";

import { LineIcon } from "../ui/icons";

/** Line icons of the workspace, on the same 24 grid as the interface's others. Decoration: names speak. */
const paths = {
  extreme: (
    <>
      <path d="M12 6.2c3.6 0 6 2.4 6 5.8s-2.5 5.8-6 5.8S6 15.5 6 12s2.4-5.8 6-5.8Z" strokeDasharray="2.2 2.4" />
      <g fill="currentColor" stroke="none">
        <circle cx="12" cy="5.5" r="2" />
        <circle cx="18.5" cy="12" r="2" />
        <circle cx="12" cy="18.5" r="2" />
        <circle cx="5.5" cy="12" r="2" />
      </g>
    </>
  ),
  box: (
    <>
      <path d="M6 7.5h12v9H6z" strokeDasharray="2.2 2.2" />
      <path d="M4.5 9V6h3M16.5 6h3v3M19.5 15v3h-3M7.5 18h-3v-3" />
    </>
  ),
  brush: <path d="M19.5 4.5 11 13M9.5 12.5c-2.4-.2-3.6 1.2-3.8 3.2-.1 1.4-.7 2.4-1.7 3 2.9 1.2 7 .6 7.5-3.2.1-1.5-.7-2.7-2-3Z" />,
  eraser: <path d="m8.5 19-4-4a1.6 1.6 0 0 1 0-2.3l8-8a1.6 1.6 0 0 1 2.3 0l4.7 4.7a1.6 1.6 0 0 1 0 2.3L12 19.2M8.5 19h11M8.2 9.2l6.6 6.6" />,
  polygon: (
    <>
      <path d="M6 8.5 15 5l4 8-7 6-6.5-4.5Z" />
      <g fill="currentColor" stroke="none">
        <circle cx="6" cy="8.5" r="1.7" />
        <circle cx="15" cy="5" r="1.7" />
        <circle cx="19" cy="13" r="1.7" />
        <circle cx="12" cy="19" r="1.7" />
        <circle cx="5.5" cy="14.5" r="1.7" />
      </g>
    </>
  ),
  protect: (
    <>
      <path d="M14.5 9.5h4a1 1 0 0 1 1 1v8a1 1 0 0 1-1 1h-8a1 1 0 0 1-1-1v-4" />
      <path d="M5.5 4.5h8a1 1 0 0 1 1 1v8a1 1 0 0 1-1 1h-8a1 1 0 0 1-1-1v-8a1 1 0 0 1 1-1Z" fill="currentColor" fillOpacity="0.25" />
    </>
  ),
  shape: <path d="M5 13.5c0-4.5 3.4-8 8-8 4 0 6.5 2.3 6.5 5.5 0 2.4-1.6 3.6-3.6 4.1-1.8.5-2 1.4-2.5 2.4-.5 1-1.4 1.5-2.9 1.5-3.3 0-5.5-2.2-5.5-5.5Z" />,
  select: <path d="m6 4.5 12.5 6.7-5.6 1.6-2.3 5.4Z" />,
  pan: (
    <path d="M8 12.5V6.3a1.4 1.4 0 0 1 2.8 0v-1a1.4 1.4 0 0 1 2.8 0v1a1.4 1.4 0 0 1 2.8 0v1.7a1.4 1.4 0 0 1 2.8 0v5.6c0 3.6-2.5 6.4-6 6.4-2.6 0-4.2-1-5.6-3.2l-2.9-4.5c-.8-1.3.9-2.6 2-1.5ZM10.8 6.3v5M13.6 6.3v5M16.4 8v3.3" />
  ),
  undo: <path d="M8.5 5 4.5 9l4 4M5 9h8.5a5 5 0 0 1 0 10H9" />,
  redo: <path d="m15.5 5 4 4-4 4M19 9h-8.5a5 5 0 0 0 0 10H15" />,
  zoomIn: (
    <>
      <circle cx="11" cy="11" r="6.3" />
      <path d="m15.8 15.8 4 4M8.5 11h5M11 8.5v5" />
    </>
  ),
  zoomOut: (
    <>
      <circle cx="11" cy="11" r="6.3" />
      <path d="m15.8 15.8 4 4M8.5 11h5" />
    </>
  ),
  fit: <path d="M4.5 9V6.5a2 2 0 0 1 2-2H9M15 4.5h2.5a2 2 0 0 1 2 2V9M19.5 15v2.5a2 2 0 0 1-2 2H15M9 19.5H6.5a2 2 0 0 1-2-2V15M9 9h6v6H9z" />,
  view: <path d="M4.5 8h7M16.5 8h3M14 5.5v5M4.5 16h3M12.5 16h7M10 13.5v5" />,
  turnLeft: <path d="M9 3.5 5.5 7 9 10.5M6 7h7a5.5 5.5 0 1 1-5.5 5.5M7.5 16.5v.1" />,
  turnRight: <path d="M15 3.5 18.5 7 15 10.5M18 7h-7a5.5 5.5 0 1 0 5.5 5.5M16.5 16.5v.1" />,
  back: <path d="M14.5 6 8.5 12l6 6" />,
  keys: (
    <>
      <circle cx="12" cy="12" r="8" />
      <path d="M9.7 9.8a2.4 2.4 0 1 1 3.5 2.1c-.8.4-1.2.9-1.2 1.7M12 16.3v.1" />
    </>
  ),
  skip: <path d="M5.5 6.5 13 12l-7.5 5.5zM13 6.5l5 3.7M13 17.5l5-3.7M18.5 6.5v11" />,
  flag: <path d="M6.5 20V4.5M6.5 5.5c3.5-1.8 6 1.6 11.5 0v8.6c-5.5 1.6-8-1.8-11.5 0" />,
  day: <path d="M5.5 19V12.5M10 19V8M14.5 19v-4.5M19 19V5.5" />,
  guide: <path d="M5 5.5h5a2 2 0 0 1 2 2v11a1.5 1.5 0 0 0-1.5-1.5H5zM19 5.5h-5a2 2 0 0 0-2 2v11a1.5 1.5 0 0 1 1.5-1.5H19z" />,
  offline: <path d="M4 4.5 20 20M5 10.2a10.5 10.5 0 0 1 4-2.3M8.2 13.6a6 6 0 0 1 3.3-1.6M13 7.3a10.5 10.5 0 0 1 6 2.9M15.3 13.2l.5.4M12 17.5v.1" />,
  swap: <path d="M5 9h12.5M14 5.5 17.5 9 14 12.5M19 15.5H6.5M10 12l-3.5 3.5L10 19" />,
  more: <path d="M6 12v.1M12 12v.1M18 12v.1" strokeWidth="2.6" />,
  locked: <path d="M6.5 11h11v8h-11zM9 11V8a3 3 0 0 1 6 0v3" />,
  unlocked: <path d="M6.5 11h11v8h-11zM9 11V7.5a3 3 0 0 1 5.8-1" />,
  filter: <path d="M5 7.5h14M8 12h8M10.5 16.5h3" />,
  fill: <path d="m6 11.5 6-6 7 7-5.5 5.5a1.4 1.4 0 0 1-2 0L6 12.5a.7.7 0 0 1 0-1ZM6 12h12.5M9.5 3.5l3 3" />,
  eyeOff: <path d="M5 5l14 14M9 7c1-.4 2-.5 3-.5 3.7 0 6.500 1.800 8.500 5.500-.7 1.300-1.500 2.400-2.400 3.200M14.500 17.200c-.8.200-1.600.300-2.500.300-3.700 0-6.500-1.800-8.500-5.500.800-1.500 1.800-2.700 2.900-3.600M10.200 10.300a2.500 2.500 0 0 0 3.500 3.500" />,
  eye: (
    <>
      <path d="M3.5 12c2-3.7 4.8-5.5 8.5-5.5s6.5 1.8 8.5 5.5c-2 3.7-4.8 5.5-8.5 5.5S5.5 15.7 3.5 12Z" />
      <circle cx="12" cy="12" r="2.5" />
    </>
  ),
} satisfies Record<string, ReactNode>;

export type WorkIconName = keyof typeof paths;

export function WorkIcon({ name, size = 1.125 }: { name: WorkIconName; size?: number }) {
  return <LineIcon size={size}>{paths[name]}</LineIcon>;
}
