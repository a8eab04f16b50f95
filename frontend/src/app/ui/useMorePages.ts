import { useCallback, useEffect, useRef } from "react";

interface Paged {
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  fetchNextPage: () => unknown;
}

/** Gives a ref for an element after the list: the next page is asked for shortly before it comes into view. */
export function useMorePages<E extends Element>({ hasNextPage, isFetchingNextPage, fetchNextPage }: Paged) {
  const watched = useRef<E>(null);
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);

  useEffect(() => {
    const element = watched.current;
    if (element === null) return undefined;
    const observer = new IntersectionObserver(([entry]) => (entry?.isIntersecting ? more() : undefined), {
      rootMargin: "600px",
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [more]);

  return watched;
}
