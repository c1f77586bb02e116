import { GeistMono } from 'geist/font/mono'
import { GeistSans } from 'geist/font/sans'
import type { Metadata, Viewport } from 'next'
import { headers } from 'next/headers'
import type { ReactNode } from 'react'
import { THEME_SCRIPT } from '@/components/chrome/theme'
import './globals.css'

export const metadata: Metadata = {
  title: { default: 'Backseat', template: '%s · Backseat' },
  description: 'See, live, what a master agent does to the work it delegated.',
  // The page of a link says its own; Next asks for one wherever there is a picture, and warns where there is none.
  metadataBase: process.env.BACKSEAT_SELF && URL.canParse(process.env.BACKSEAT_SELF) ? new URL(process.env.BACKSEAT_SELF) : null,
}

export const viewport: Viewport = {
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#f7f8fa' },
    { media: '(prefers-color-scheme: dark)', color: '#0b0c10' },
  ],
}

export default async function RootLayout({ children }: { children: ReactNode }) {
  // Made anew for each answer (lib/http/pages.ts), so no page is the same twice and none is built ahead.
  const nonce = (await headers()).get('x-nonce') ?? undefined
  return (
    // the script below sets data-theme before React sees the element
    <html lang="en" className={`${GeistSans.variable} ${GeistMono.variable}`} suppressHydrationWarning>
      <head>
        {/* biome-ignore lint/security/noDangerouslySetInnerHtml: our own constant text; nothing from outside gets into it */}
        <script nonce={nonce} suppressHydrationWarning dangerouslySetInnerHTML={{ __html: THEME_SCRIPT }} />
      </head>
      <body>{children}</body>
    </html>
  )
}
