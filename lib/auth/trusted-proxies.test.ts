import { describe, expect, test } from 'vitest'
import { TrustedProxies } from './trusted-proxies'

function addressOf(trusted: string, remoteAddress: string | undefined, forwarded?: string): string | undefined {
  return TrustedProxies.parse(trusted)?.addressOf({ socket: { remoteAddress }, headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded } })
}

describe('who asks', () => {
  test.each([
    // Nobody is trusted: what is written in the header is anybody's.
    ['', '203.0.113.7', '198.51.100.1', '203.0.113.7'],
    ['', '127.0.0.1', '198.51.100.1', '127.0.0.1'],
    ['10.0.0.0/8', '203.0.113.7', '198.51.100.1', '203.0.113.7'],
    // A trusted proxy: the last that is not one of ours, whatever a client wrote before it.
    ['loopback', '127.0.0.1', '198.51.100.1', '198.51.100.1'],
    ['loopback', '::1', '198.51.100.1', '198.51.100.1'],
    ['loopback', '::ffff:127.0.0.1', '6.6.6.6, 198.51.100.1', '198.51.100.1'],
    ['loopback, 10.0.0.0/8', '127.0.0.1', '6.6.6.6, 198.51.100.1, 10.1.2.3', '198.51.100.1'],
    ['10.0.0.2', '10.0.0.2', '198.51.100.1:4711', '198.51.100.1'],
    // Only proxies in it, nothing in it, or nonsense: as far as it goes.
    ['10.0.0.0/8', '10.0.0.2', '10.0.0.9', '10.0.0.9'],
    ['10.0.0.0/8', '10.0.0.2', undefined, '10.0.0.2'],
    ['10.0.0.0/8', '10.0.0.2', 'unknown, 10.0.0.9', '10.0.0.9'],
    ['10.0.0.0/8', '10.0.0.2', '<script>', '10.0.0.2'],
    // A customer has 64 bits of addresses.
    ['', '2001:db8:1:2:3:4:5:6', undefined, '2001:db8:1:2::/64'],
    ['', '2001:0DB8:1:2::9', undefined, '2001:db8:1:2::/64'],
    ['2001:db8::/32', '2001:db8::1', '[2a00:1450:4001:81b::200e]:443', '2a00:1450:4001:81b::/64'],
    ['', '::1', undefined, '::1'],
    ['', undefined, undefined, 'unknown'],
  ])('trusting %s, %s saying %s: %s', (trusted, remote, forwarded, expected) => {
    expect(addressOf(trusted, remote, forwarded)).toBe(expected)
  })

  test.each(['example.com', '10.0.0.0/33', '10.0.0.0/8/8', '10.0.0.0/x', 'loop', '::/129'])('%s is no proxy', (text) => {
    expect(TrustedProxies.parse(text)).toBeUndefined()
  })
})
