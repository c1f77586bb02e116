'use client'

import { useMutation } from '@tanstack/react-query'
import Link from 'next/link'
import { useSearchParams } from 'next/navigation'
import { type FormEvent, type ReactNode, useState } from 'react'
import { Logo } from '@/components/chrome/logo'
import { postJson, send } from '@/components/providers/api'
import { Button, buttonClass } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { ErrorNote } from '@/components/ui/notes'
import { chooseProject, useMe } from './me'

/** Sign in; with `join` in the address make an account (with `owner`, too, one that nobody invited), with `reset` set a new password. */
export function SignInPage() {
  const address = useSearchParams()
  const me = useMe()
  const join = address.get('join')
  const reset = address.get('reset')
  const next = localPath(address.get('next'))
  if (me && !me.accounts)
    return (
      <Frame title="No login here">
        <p className="mb-4 text-sm text-quiet">This Backseat serves one person on this computer and asks for no password.</p>
        <Link href="/sessions" className={buttonClass('strong')}>
          To the sessions
        </Link>
      </Frame>
    )
  if (join && me?.kind === 'user') return <Accept token={join} email={me.email ?? ''} />
  if (join) return <Join token={join} owner={address.has('owner')} />
  if (reset) return <Reset token={reset} />
  return <SignIn next={next} oidc={me?.oidc} failed={address.get('error')} />
}

function SignIn({ next, oidc, failed }: { next: string; oidc: string | undefined; failed: string | null }) {
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const signIn = useMutation({ mutationFn: () => send('POST', '/api/auth/sign-in', { email, password }), onSuccess: () => location.assign(next) })
  return (
    <Frame title="Sign in">
      {failed && !signIn.error && (
        <div className="mb-4">
          <ErrorNote title="The identity provider did not sign you in">
            There may be no invitation for your address yet: ask an owner of your project for one. ({failed.slice(0, 80)})
          </ErrorNote>
        </div>
      )}
      <Form mutation={signIn} says="Sign in">
        <Field label="E-mail" type="email" autoComplete="username" required value={email} onChange={(event) => setEmail(event.target.value)} />
        <Field
          label="Password"
          type="password"
          autoComplete="current-password"
          required
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
      </Form>
      {oidc && (
        <a href={`/api/auth/oidc?next=${encodeURIComponent(next)}`} className={`${buttonClass('plain')} mt-3 w-full`}>
          Sign in with {oidc}
        </a>
      )}
      <p className="mt-5 text-xs text-quiet">No account, or no password any more? An owner of your project can give you a link.</p>
    </Frame>
  )
}

function Join({ token, owner }: { token: string; owner: boolean }) {
  const [name, setName] = useState('')
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const join = useMutation({
    mutationFn: () => send('POST', '/api/auth/join', { token, name, email, password }),
    onSuccess: () => location.assign('/sessions'),
  })
  return (
    <Frame title="Make your account">
      <Form mutation={join} says="Make the account">
        <Field label="Name" autoComplete="name" required value={name} onChange={(event) => setName(event.target.value)} />
        <Field label="E-mail" type="email" autoComplete="username" required value={email} onChange={(event) => setEmail(event.target.value)} />
        <NewPassword value={password} onChange={setPassword} />
      </Form>
      <p className="mt-5 text-xs text-quiet">
        {owner ? (
          'It owns this Backseat. Everybody else you invite, in its settings.'
        ) : (
          <>
            You have an account?{' '}
            <Link className="underline" href={`/sign-in?next=${encodeURIComponent(`/sign-in?join=${token}`)}`}>
              Sign in
            </Link>{' '}
            to accept the invitation.
          </>
        )}
      </p>
    </Frame>
  )
}

function Accept({ token, email }: { token: string; email: string }) {
  const accept = useMutation({
    mutationFn: () => postJson<{ project: string }>('/api/auth/accept', { token }),
    onSuccess: ({ project }) => {
      chooseProject(project)
      location.assign('/sessions')
    },
  })
  return (
    <Frame title="Join the project">
      <Form mutation={accept} says="Accept the invitation">
        <p className="text-sm text-quiet">You are signed in as {email}.</p>
      </Form>
    </Frame>
  )
}

function Reset({ token }: { token: string }) {
  const [password, setPassword] = useState('')
  const reset = useMutation({ mutationFn: () => send('POST', '/api/auth/reset', { token, password }), onSuccess: () => location.assign('/sessions') })
  return (
    <Frame title="Set a new password">
      <Form mutation={reset} says="Set it and sign in">
        <NewPassword value={password} onChange={setPassword} />
      </Form>
      <p className="mt-5 text-xs text-quiet">Every browser in which you are signed in will be signed out.</p>
    </Frame>
  )
}

function NewPassword({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  return (
    <Field
      label="Password"
      type="password"
      autoComplete="new-password"
      required
      minLength={10}
      maxLength={128}
      value={value}
      onChange={(event) => onChange(event.target.value)}
      hint="10 characters or more. Several words make a good one."
    />
  )
}

function Form({
  mutation,
  says,
  children,
}: {
  mutation: { mutate: () => void; isPending: boolean; isSuccess: boolean; error: Error | null }
  says: string
  children: ReactNode
}) {
  const submit = (event: FormEvent) => {
    event.preventDefault()
    mutation.mutate()
  }
  return (
    <form onSubmit={submit} className="flex flex-col gap-3.5">
      {children}
      {mutation.error && (
        <p role="alert" className="text-sm text-unknown">
          {mutation.error.message}
        </p>
      )}
      <Button type="submit" look="strong" disabled={mutation.isPending || mutation.isSuccess} className="mt-1 h-9">
        {says}
      </Button>
    </form>
  )
}

function Frame({ title, children }: { title: string; children: ReactNode }) {
  return (
    <main className="grid min-h-dvh place-items-center p-5">
      <div className="w-full max-w-sm rounded-lg border bg-surface p-6 shadow-[var(--shadow)]">
        <p className="mb-5 flex items-center gap-2 text-base font-semibold tracking-tight">
          <Logo />
          Backseat
        </p>
        <h1 className="mb-4 text-xl font-semibold tracking-tight">{title}</h1>
        {children}
      </div>
    </main>
  )
}

/** Never to another site, whatever the address says. */
function localPath(text: string | null): string {
  return text !== null && /^\/(?![/\\])[^\\\u0000-\u001f]*$/.test(text) ? text : '/sessions'
}
