import { print } from '../print'
import { sketch } from './sketch'

// Every text is ours; sizes are chosen so that no share lies near a threshold.
export const ADULTS = `def adults(people, limit):
    chosen = []
    for person in people:
        if person["age"] >= limit:
            chosen.append({"name": person["name"], "age": person["age"]})
    return chosen
`
export const REPORT = `
def report(people, stream):
    for number, person in enumerate(people):
        stream.write(str(number) + " " + person["name"] + "\\n")
    return len(people)
`
export const HALF = `def adults(people, limit):
    chosen = []
    for person in people:
`
export const OTHER = `import sqlite3

def find_grown_ups(database):
    connection = sqlite3.connect(database)
    cursor = connection.execute("select name, age from member where age > ? order by age", (17,))
    return [dict(zip(("name", "age"), row)) for row in cursor.fetchall()]
`

/** A text as a drawing quotes it. */
export const q = JSON.stringify

/** The findings of a drawing, one a line, without acceptances. */
export function found(drawing: string): string {
  return print(sketch(drawing).interventions.filter((finding) => finding.kind !== 'accept'))
}
