import { useComputedColorScheme } from '@mantine/core'
import { useReducedMotion } from '@mantine/hooks'
import { BarChart, LineChart } from 'echarts/charts'
import { GridComponent, LegendComponent, TooltipComponent } from 'echarts/components'
import { init, use } from 'echarts/core'
import { CanvasRenderer } from 'echarts/renderers'
import { useEffect, useRef } from 'react'

use([BarChart, LineChart, GridComponent, LegendComponent, TooltipComponent, CanvasRenderer])

interface Series {
  readonly name: string
  readonly severity?: string
  readonly tone?: string
  readonly values: readonly number[]
}

interface Props {
  readonly kind: 'area' | 'bar' | 'stack'
  readonly categories: readonly string[]
  readonly series: readonly Series[]
  /** The same in words, for those who do not see it. */
  readonly about: string
  readonly onPick: (category: number, series: number) => void
}

/** A picture of numbers. */
export function Chart({ kind, categories, series, about, onPick }: Props) {
  const box = useRef<HTMLDivElement>(null)
  const pick = useRef(onPick)
  pick.current = onPick
  const scheme = useComputedColorScheme('light', { getInitialValueInEffect: false })
  const isStill = useReducedMotion()
  useEffect(() => {
    const element = box.current
    if (!element) return
    const chart = init(element)
    chart.setOption(optionOf({ kind, categories, series }, scheme, isStill))
    chart.on('click', ({ dataIndex, seriesIndex }) => pick.current(dataIndex ?? 0, seriesIndex ?? 0))
    const observer = new ResizeObserver(() => chart.resize())
    observer.observe(element)
    return () => {
      observer.disconnect()
      chart.dispose()
    }
  }, [kind, categories, series, scheme, isStill])
  return <div ref={box} role="img" aria-label={about} style={{ height: 220 }} />
}

function optionOf(
  { kind, categories, series }: Pick<Props, 'kind' | 'categories' | 'series'>,
  scheme: string,
  isStill: boolean,
) {
  // Canvas knows no variables of CSS, so their values are read whenever the scheme changes.
  const style = getComputedStyle(document.documentElement)
  const colour = (name: string) => style.getPropertyValue(`--wb-${name}`).trim()
  const text = scheme === 'dark' ? '#9aa4b2' : '#596273'
  const isArea = kind === 'area'
  const names = series.map(({ name }) => name)
  return {
    animation: !isStill,
    animationDuration: 250,
    textStyle: { fontFamily: 'system-ui, sans-serif', color: text },
    grid: { left: 4, right: 8, top: series.length > 3 ? 52 : 32, bottom: 2, containLabel: true },
    legend: {
      // What lies on top of a stack is named first.
      data: kind === 'bar' ? names : names.toReversed(),
      top: 0,
      icon: 'roundRect',
      left: 0,
      itemWidth: 10,
      itemHeight: 8,
      itemGap: 12,
      textStyle: { color: text, fontSize: 11 },
    },
    // Text drawn on the canvas: HTML with styles of its own is not allowed here.
    tooltip: {
      trigger: 'axis',
      renderMode: 'richText',
      confine: true,
      backgroundColor: colour('surface'),
      borderColor: colour('line'),
      textStyle: { color: scheme === 'dark' ? '#dce1e8' : '#1b1f26', fontSize: 12 },
    },
    xAxis: {
      type: 'category',
      data: [...categories],
      boundaryGap: !isArea,
      axisLabel: {
        color: text,
        fontSize: 11,
        hideOverlap: true,
        // The few names of a stack are all shown; they are short enough then.
        interval: kind === 'stack' ? 0 : undefined,
        formatter: shortName,
      },
      axisLine: { lineStyle: { color: colour('line') } },
      axisTick: { show: false },
    },
    yAxis: {
      type: 'value',
      minInterval: 1,
      axisLabel: { color: text, fontSize: 11 },
      splitLine: { lineStyle: { color: colour('line'), opacity: 0.6 } },
    },
    series: series.map(({ name, severity, tone, values }) => ({
      name,
      type: isArea ? 'line' : 'bar',
      stack: kind === 'bar' ? undefined : 'all',
      areaStyle: isArea ? { opacity: 0.75 } : undefined,
      lineStyle: { width: isArea ? 0.5 : 2 },
      showSymbol: false,
      triggerLineEvent: true,
      barMaxWidth: 34,
      barGap: '10%',
      cursor: 'pointer',
      itemStyle: { color: tone ? colour(tone) : colour(severityName(severity)) },
      data: [...values],
    })),
  }
}

function severityName(severity = 'NONE'): string {
  return `severity-${severity.toLowerCase()}`
}

/** `Week from 25 Aug` as 25 Aug, and `under 7 days` as < 7 d: what fits below an axis. */
function shortName(name: string): string {
  return name
    .replace('Week from ', '')
    .replace('under ', '< ')
    .replace('over ', '> ')
    .replace(' to ', '–')
    .replace(' days', ' d')
}
