import type { Config } from 'tailwindcss'

/**
 * The theme only names the custom properties of app/globals.css, so that classes, canvases and inline
 * styles draw from one palette and follow the theme switch without a re-render.
 */
const token = (name: string) => `var(--${name})`

export default {
  content: ['./app/**/*.{ts,tsx}', './components/**/*.{ts,tsx}'],
  darkMode: ['selector', '[data-theme="dark"]'],
  theme: {
    colors: {
      transparent: 'transparent',
      current: 'currentColor',
      bg: token('bg'),
      surface: token('surface'),
      'surface-2': token('surface-2'),
      border: token('border'),
      text: token('text'),
      quiet: token('text-quiet'),
      master: token('master'),
      'master-fill': token('master-fill'),
      agent: token('agent'),
      'agent-fill': token('agent-fill'),
      tool: token('tool'),
      'tool-fill': token('tool-fill'),
      'write-fill': token('write-fill'),
      destroyed: token('destroyed'),
      'destroyed-fill': token('destroyed-fill'),
      accepted: token('accepted'),
      'accepted-fill': token('accepted-fill'),
      unknown: token('unknown'),
      grid: token('grid'),
      selection: token('selection'),
      focus: token('focus'),
    },
    fontFamily: {
      sans: ['var(--font-geist-sans)', 'ui-sans-serif', 'system-ui', 'sans-serif'],
      mono: ['var(--font-geist-mono)', 'ui-monospace', 'SFMono-Regular', 'Menlo', 'monospace'],
    },
    fontSize: {
      '2xs': ['0.6875rem', { lineHeight: '1rem' }],
      xs: ['0.75rem', { lineHeight: '1.125rem' }],
      sm: ['0.8125rem', { lineHeight: '1.25rem' }],
      base: ['0.875rem', { lineHeight: '1.375rem' }],
      lg: ['1rem', { lineHeight: '1.5rem' }],
      xl: ['1.25rem', { lineHeight: '1.75rem' }],
      '2xl': ['1.5rem', { lineHeight: '2rem' }],
      '3xl': ['1.75rem', { lineHeight: '2.125rem' }],
    },
    extend: {
      borderRadius: { DEFAULT: '5px', md: '7px', lg: '10px' },
    },
  },
} satisfies Config
