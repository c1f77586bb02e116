'use client'

import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { askWhoIAm, type ProjectLine } from '@/components/people/me'
import { postJson } from '@/components/providers/api'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { Row, Rows } from './rows'
import { Section } from './section'

export function Projects({ projects }: { projects: ProjectLine[] }) {
  const [id, setId] = useState('')
  const [name, setName] = useState('')
  const make = useMutation({
    mutationFn: () => postJson('/api/v1/projects', { id, name }),
    onSuccess: () => {
      setId('')
      setName('')
      askWhoIAm()
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    make.mutate()
  }
  return (
    <Section
      title="Projects"
      says="Sessions, keys, links and members of one project are not seen from another. A key decides which project a program writes to."
    >
      <form onSubmit={submit} className="flex flex-wrap items-end gap-2">
        <Field label="Name" required maxLength={100} value={name} onChange={(event) => setName(event.target.value)} className="min-w-40 flex-1" />
        <Field
          label="Id, for addresses"
          required
          pattern="[a-z0-9][a-z0-9\-]{0,39}"
          title="a to z, 0 to 9 and -"
          value={id}
          onChange={(event) => setId(event.target.value)}
          className="w-44"
        />
        <Button type="submit" className="h-9" disabled={make.isPending}>
          Make a project
        </Button>
      </form>
      {make.error && (
        <p role="alert" className="mt-3 text-sm text-unknown">
          {make.error.message}
        </p>
      )}
      <Rows empty="" label="Projects">
        {projects.map((project) => (
          <Row key={project.id} title={project.name} facts={[project.id, `you are ${project.role}`]} />
        ))}
      </Rows>
    </Section>
  )
}
