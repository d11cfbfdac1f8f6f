import { createTheme, Popover, Tooltip } from '@mantine/core'

// A little blue in the dark, and greys that can be read on white: the usual sixth one is too pale for text.
const DARK = [
  '#dce1e8',
  '#c3cad4',
  '#9aa4b2',
  '#78828f',
  '#3d444f',
  '#2f3640',
  '#232932',
  '#1b1f26',
  '#14171c',
  '#0f1216',
] as const
const GRAY = [
  '#f8f9fa',
  '#f1f3f5',
  '#e9ecef',
  '#dee2e6',
  '#ced4da',
  '#8a93a0',
  '#596273',
  '#434b58',
  '#343a40',
  '#212529',
] as const

/** What all pages look like: dense, calm, the fonts of the system. */
export const theme = createTheme({
  colors: { dark: DARK, gray: GRAY },
  primaryColor: 'indigo',
  primaryShade: { light: 7, dark: 8 },
  autoContrast: true,
  luminanceThreshold: 0.35,
  defaultRadius: 'sm',
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif',
  fontFamilyMonospace: 'ui-monospace, "Cascadia Code", Menlo, Consolas, monospace',
  fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.875rem', lg: '1rem', xl: '1.125rem' },
  headings: { fontWeight: '600' },
  respectReducedMotion: true,
  components: {
    // Without a shadow it has hardly an edge over a white list.
    Popover: Popover.extend({ defaultProps: { shadow: 'md' } }),
    Tooltip: Tooltip.extend({ defaultProps: { openDelay: 250, events: { hover: true, focus: true, touch: true } } }),
  },
})
