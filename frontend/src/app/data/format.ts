/** Numbers and times as people read them, in the reader's own zone. */
import { t } from "../i18n";

const whole = new Intl.NumberFormat("en");
const percentage = new Intl.NumberFormat("en", { style: "percent", maximumFractionDigits: 0 });

export const formatCount = (value: number): string => whole.format(value);

/** 0..1 as a percentage that shows 100 % only for the whole and 0 % only for nothing. */
export function formatShare(share: number): string {
  const honest = share > 0 && share < 0.01 ? 0.01 : share < 1 ? Math.min(share, 0.99) : 1;
  return percentage.format(share <= 0 ? 0 : honest);
}

const UNITS = ["B", "kB", "MB", "GB", "TB"] as const;

/** Bytes in decimal units with at most three digits: `1.2 MB`. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = unit === 0 || value >= 99.95 ? 0 : 1;
  return `${value.toFixed(digits).replace(/\.0$/, "")} ${UNITS[unit] ?? "B"}`;
}

const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
const STEPS: readonly (readonly [unit: Intl.RelativeTimeFormatUnit, seconds: number])[] = [
  ["year", 31_536_000],
  ["month", 2_592_000],
  ["week", 604_800],
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
];

/** `3 minutes ago`; under a minute, and for a clock that is a little ahead, `just now`. */
export function formatAgo(iso: string, now: number): string {
  const seconds = (now - Date.parse(iso)) / 1000;
  for (const [unit, size] of STEPS) {
    if (seconds >= size) return relative.format(-Math.floor(seconds / size), unit);
  }
  return t("time.justNow");
}

export function formatDateTime(iso: string, timeZone?: string): string {
  const options: Intl.DateTimeFormatOptions = { dateStyle: "medium", timeStyle: "short" };
  return new Intl.DateTimeFormat("en-GB", timeZone === undefined ? options : { ...options, timeZone }).format(
    new Date(iso),
  );
}

/** `1:05` for 65 seconds, `2:00:05` for two hours and five. */
export function formatDuration(seconds: number): string {
  const total = Math.max(0, Math.ceil(seconds));
  const pad = (value: number): string => String(value).padStart(2, "0");
  const hours = Math.floor(total / 3600);
  const minutes = Math.floor((total % 3600) / 60);
  return hours > 0 ? `${hours}:${pad(minutes)}:${pad(total % 60)}` : `${minutes}:${pad(total % 60)}`;
}

/** One or two capitals that stand for a person. */
export function initials(username: string): string {
  const parts = username.split(/[\s._@-]+/).filter((part) => part !== "");
  const letters = parts.slice(0, 2).map((part) => [...part][0] ?? "");
  return letters.join("").toUpperCase() || "?";
}
