import { useCallback, useLayoutEffect, useRef, useState } from "react";

/** Below this many rows all are made: that is quick enough, and find-in-page sees them. */
const FEW = 60;
/** Rows above and below what is seen, so that scrolling meets none that is not there. */
const SPARE = 8;
/** Where nothing has a size, as in tests. */
const USUAL_HEIGHT = 480;
/** As in the style sheet. */
const ROW_REM = 2.25;

function rowHeight(): number {
  return ROW_REM * (parseFloat(getComputedStyle(document.documentElement).fontSize) || 16);
}

export interface RowWindow {
  readonly from: number;
  readonly to: number;
  /** Pixels of the rows that are left out. */
  readonly above: number;
  readonly below: number;
}

export function windowOf(count: number, { top, height, row }: { top: number; height: number; row: number }): RowWindow {
  if (count <= FEW) return { from: 0, to: count, above: 0, below: 0 };
  const most = Math.ceil(height / row) + 2 * SPARE;
  const from = Math.max(0, Math.min(Math.floor(top / row) - SPARE, count - most));
  const to = Math.min(count, from + most);
  return { from, to, above: from * row, below: (count - to) * row };
}

/** The rows of a long list that are in sight. */
export function useWindow(count: number) {
  const box = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, height: USUAL_HEIGHT, row: 16 * ROW_REM });
  const look = useCallback(() => {
    const element = box.current;
    if (element === null) return;
    const row = rowHeight();
    // Whole rows: the list is made again only when one comes into sight.
    const next = { top: Math.floor(element.scrollTop / row) * row, height: element.clientHeight || USUAL_HEIGHT, row };
    setView((now) => (now.top === next.top && now.height === next.height && now.row === next.row ? now : next));
  }, []);
  useLayoutEffect(() => {
    look();
    const element = box.current;
    if (element === null || typeof ResizeObserver === "undefined") return;
    const observer = new ResizeObserver(look);
    observer.observe(element);
    return () => observer.disconnect();
  }, [look, count]);
  const show = useCallback((index: number) => {
    const element = box.current;
    if (element === null || index < 0) return;
    const row = rowHeight();
    const top = index * row;
    if (top < element.scrollTop) element.scrollTop = top;
    else if (top + row > element.scrollTop + element.clientHeight) element.scrollTop = top + row - element.clientHeight;
  }, []);
  return { box, onScroll: look, show, rows: windowOf(count, view) };
}
