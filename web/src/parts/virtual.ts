import { elementScroll, observeElementOffset, observeElementRect, Virtualizer } from '@tanstack/virtual-core';
import type { RefObject } from 'preact';
import { useLayoutEffect, useReducer, useState } from 'preact/hooks';

/** Browsers draw boxes up to some 33 million pixels: rows beyond are reached by sorting and filtering. */
export const mostRows = 1_000_000;

/** Which rows of a long list are in view. */
export function useVirtual(scroller: RefObject<HTMLElement | null>, count: number, rowHeight: number) {
  const [, redraw] = useReducer((n: number) => n + 1, 0);
  const options = {
    count: Math.min(count, mostRows),
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 12,
    // The head stays in view and takes a row's place.
    scrollPaddingEnd: rowHeight + 2,
    initialRect: { width: 0, height: 600 },
    scrollToFn: elementScroll,
    observeElementRect,
    observeElementOffset,
    onChange: () => redraw(0),
  };
  const [virtual] = useState(() => new Virtualizer<HTMLElement, HTMLElement>(options));
  virtual.setOptions(options);
  useLayoutEffect(() => virtual._didMount(), []);
  useLayoutEffect(() => virtual._willUpdate());
  return virtual;
}
