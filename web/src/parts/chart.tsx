import { BarChart } from 'echarts/charts';
import { BrushComponent, GridComponent, TooltipComponent } from 'echarts/components';
import { type EChartsCoreOption, type EChartsType, init, use } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';
import { useEffect, useRef } from 'preact/hooks';
import { shownTheme } from '../shell/theme.ts';

// The canvas renderer needs no style attributes, which the server's policy refuses; nor does a rich-text tooltip.
use([BarChart, BrushComponent, GridComponent, TooltipComponent, CanvasRenderer]);

interface ChartProps {
  /** Worked out from the colours of the theme. */
  readonly option: (colour: (name: string) => string) => EChartsCoreOption;
  /** What the picture is worked out from: it is drawn again when this changes. */
  readonly of: unknown;
  /** What the picture shows, in words. */
  readonly label: string;
  readonly height: number;
  /** Hears of a range of categories that was brushed: first and last. */
  readonly onBrush?: (first: number, last: number) => void;
}

/** A picture by echarts, in the theme's colours and as wide as its place. */
export function Chart({ option, of, label, height, onBrush }: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<EChartsType>(null);
  const brushed = useRef(onBrush);
  brushed.current = onBrush;

  useEffect(() => {
    if (place.current === null) return;
    const made = init(place.current, null, { renderer: 'canvas' });
    chart.current = made;
    const watch = new ResizeObserver(() => made.resize());
    watch.observe(place.current);
    made.on('brushEnd', (event) => {
      const [area] = (event as { areas: { coordRange: [number, number] }[] }).areas;
      made.dispatchAction({ type: 'brush', areas: [] });
      if (area !== undefined) brushed.current?.(...area.coordRange);
    });
    return () => {
      watch.disconnect();
      made.dispose();
    };
  }, []);

  useEffect(() => {
    const made = chart.current;
    if (made === null) return;
    made.setOption({ animation: false, ...option(colourOf) }, { notMerge: true });
    if (onBrush !== undefined) {
      made.dispatchAction({
        type: 'takeGlobalCursor',
        key: 'brush',
        brushOption: { brushType: 'lineX', brushMode: 'single' },
      });
    }
  }, [of, shownTheme.value]);
  return <div ref={place} role="img" aria-label={label} class="chart" style={{ height: `${height}px` }} />;
}

/** The colour that a variable of the style has now. */
function colourOf(name: string): string {
  const probe = document.createElement('i');
  probe.style.color = `var(--${name})`;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

/** A brush over times. */
export function brush(colour: (name: string) => string) {
  return {
    xAxisIndex: 0,
    toolbox: [],
    brushStyle: { color: colour('brush'), borderColor: colour('accent'), borderWidth: 1 },
  };
}

/** Axes, grid and tooltip that all pictures share. */
export function frame(
  colour: (name: string) => string,
  categories: readonly string[],
  written: (value: number) => string,
) {
  const axis = {
    axisLine: { lineStyle: { color: colour('line') } },
    axisLabel: { color: colour('faint'), fontSize: 11, hideOverlap: true },
    axisTick: { show: false },
  };
  return {
    grid: { left: 56, right: 12, top: 8, bottom: 22 },
    xAxis: { type: 'category', data: categories, ...axis },
    yAxis: {
      type: 'value',
      ...axis,
      axisLabel: { ...axis.axisLabel, formatter: written },
      splitNumber: 3,
      splitLine: { lineStyle: { color: colour('line') } },
    },
    tooltip: {
      trigger: 'axis',
      renderMode: 'richText',
      axisPointer: { type: 'shadow' },
      backgroundColor: colour('raised'),
      borderColor: colour('line'),
      textStyle: { color: colour('text'), fontSize: 12 },
      valueFormatter: (value: unknown) => written(Number(value)),
      transitionDuration: 0,
    },
  };
}
