import type { BenchLanguage } from './corpus'

/**
 * Work done again by hand in other words, the hard case of a rewrite: it does the same and shares
 * hardly a token. Beside it the same work, revised a little. All written for this benchmark.
 */
export interface Paraphrase {
  language: BenchLanguage
  path: string
  work: string
  /** Says or does the same: nothing of the work is left. An overwrite by definition, whatever its quality. */
  reworded: string
  /** A small change of the work: no overwrite. */
  revised: string
}

export const PARAPHRASES: readonly Paraphrase[] = [
  {
    language: 'typescript',
    path: 'adults.ts',
    work: `export function adultsByTown(people: Person[]): Map<string, Person[]> {
  const byTown = new Map<string, Person[]>()
  for (const person of people) {
    if (person.age < 18) continue
    const known = byTown.get(person.town)
    if (known) known.push(person)
    else byTown.set(person.town, [person])
  }
  return byTown
}
`,
    reworded: `import { groupBy, pipe, reject } from './collections'

const isMinor = ({ age }: Person): boolean => !(age >= 18)

export const adultsByTown = (all: readonly Person[]) => pipe(all, reject(isMinor), groupBy('town'))
`,
    revised: `export function adultsByTown(people: Person[]): Map<string, Person[]> {
  const byTown = new Map<string, Person[]>()
  for (const person of people) {
    if (person.age < 21) continue
    const known = byTown.get(person.town)
    if (known) known.push(person)
    else byTown.set(person.town, [person])
  }
  return byTown
}
`,
  },
  {
    language: 'typescript',
    path: 'retry.ts',
    work: `export async function withRetry<T>(job: () => Promise<T>, tries: number, pauseMs: number): Promise<T> {
  let last: unknown
  for (let attempt = 1; attempt <= tries; attempt++) {
    try {
      return await job()
    } catch (error) {
      last = error
      if (attempt < tries) await sleep(pauseMs * attempt)
    }
  }
  throw last
}
`,
    reworded: `export const withRetry = <R>(run: () => Promise<R>, left: number, wait: number, step = wait): Promise<R> =>
  run().catch((reason: unknown) =>
    left > 1 ? delay(wait).then(() => withRetry(run, left - 1, wait + step, step)) : Promise.reject(reason),
  )
`,
    revised: `export async function withRetry<T>(job: () => Promise<T>, tries: number, pauseMs: number): Promise<T> {
  let last: unknown
  for (let attempt = 1; attempt <= tries; attempt++) {
    try {
      return await job()
    } catch (error) {
      last = error
      if (attempt < tries) await sleep(pauseMs * 2 ** attempt)
    }
  }
  throw new Error('gave up', { cause: last })
}
`,
  },
  {
    language: 'python',
    path: 'stock.py',
    work: `def low_stock(path, limit=10):
    rows = []
    with open(path, newline="") as handle:
        for line in csv.DictReader(handle):
            count = int(line["count"])
            if count < limit:
                rows.append((line["name"], count))
    rows.sort(key=lambda row: row[1])
    return rows
`,
    reworded: `def low_stock(source, threshold=10):
    frame = pandas.read_csv(source, usecols=["name", "count"])
    scarce = frame.loc[frame["count"].lt(threshold)].sort_values("count", kind="stable")
    yield from scarce.itertuples(index=False, name=None)
`,
    revised: `def low_stock(path, limit=10):
    rows = []
    with open(path, newline="", encoding="utf-8") as handle:
        for line in csv.DictReader(handle):
            count = int(line["count"])
            if count <= limit:
                rows.append((line["name"], count))
    rows.sort(key=lambda row: row[1])
    return rows
`,
  },
  {
    language: 'python',
    path: 'words.py',
    work: `def most_frequent(text, number):
    counts = {}
    for word in text.lower().split():
        word = word.strip(".,;:!?")
        if not word:
            continue
        counts[word] = counts.get(word, 0) + 1
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return ordered[:number]
`,
    reworded: `def most_frequent(prose, top):
    tally = Counter(re.findall(r"[^\\W_]+", prose.casefold()))
    best = heapq.nsmallest(top, ((-n, token) for token, n in tally.items()))
    return [(token, -n) for n, token in best]
`,
    revised: `def most_frequent(text, number):
    counts = {}
    for word in text.lower().split():
        word = word.strip(".,;:!?()")
        if len(word) < 3:
            continue
        counts[word] = counts.get(word, 0) + 1
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return ordered[:number]
`,
  },
  {
    language: 'go',
    path: 'sum.go',
    work: `func SumPaid(orders []Order) (int64, error) {
	var total int64
	for i, order := range orders {
		if !order.Paid {
			continue
		}
		if order.Cents < 0 {
			return 0, fmt.Errorf("order %d has a negative amount", i)
		}
		total += order.Cents
	}
	return total, nil
}
`,
    reworded: `func SumPaid(list []Order) (sum int64, err error) {
	settled := slices.DeleteFunc(slices.Clone(list), func(o Order) bool { return o.Paid == false })
	bad := slices.IndexFunc(settled, isNegative)
	switch {
	case bad >= 0:
		err = errors.Join(ErrAmount, settled[bad].Check())
	default:
		sum = lo.SumBy(settled, Order.Amount)
	}
	return
}
`,
    revised: `func SumPaid(orders []Order) (int64, error) {
	var total int64
	for i, order := range orders {
		if !order.Paid {
			continue
		}
		if order.Cents < 0 {
			return 0, fmt.Errorf("order %d (%s): negative amount", i, order.ID)
		}
		total += order.Cents
	}
	return total, nil
}
`,
  },
  {
    language: 'rust',
    path: 'path.rs',
    work: `pub fn shortest(graph: &Graph, from: usize, to: usize) -> Option<Vec<usize>> {
    let mut previous = vec![None; graph.len()];
    let mut queue = VecDeque::from([from]);
    while let Some(node) = queue.pop_front() {
        if node == to {
            return Some(unwind(&previous, to));
        }
        for &next in graph.neighbours(node) {
            if previous[next].is_none() && next != from {
                previous[next] = Some(node);
                queue.push_back(next);
            }
        }
    }
    None
}
`,
    reworded: `pub fn shortest(net: &Graph, start: usize, goal: usize) -> Option<Vec<usize>> {
    let mut layers: Vec<Vec<Trail>> = vec![vec![Trail::new(start)]];
    let mut visited = HashSet::new();
    loop {
        let rim = layers.pop()?;
        if let Some(done) = rim.iter().find(|trail| trail.end() == goal) {
            break Some(done.to_vec());
        }
        let wider: Vec<Trail> = rim.iter().flat_map(|trail| trail.extended(net)).filter(|t| visited.insert(t.end())).collect();
        (!wider.is_empty()).then(|| layers.push(wider));
    }
}
`,
    revised: `pub fn shortest(graph: &Graph, from: usize, to: usize) -> Option<Vec<usize>> {
    let mut previous = vec![None; graph.len()];
    let mut queue = VecDeque::with_capacity(graph.len());
    queue.push_back(from);
    while let Some(node) = queue.pop_front() {
        if node == to {
            return Some(unwind(&previous, to));
        }
        for &next in graph.neighbours(node) {
            if previous[next].is_none() && next != from {
                previous[next] = Some(node);
                queue.push_back(next);
            }
        }
    }
    None
}
`,
  },
  {
    language: 'java',
    path: 'Totals.java',
    work: `public Map<String, Long> totals(List<Sale> sales) {
    Map<String, Long> totals = new HashMap<>();
    for (Sale sale : sales) {
        if (sale.isCancelled()) {
            continue;
        }
        Long known = totals.get(sale.getRegion());
        totals.put(sale.getRegion(), (known == null ? 0L : known) + sale.getCents());
    }
    return totals;
}
`,
    reworded: `public Map<String, Long> totals(Collection<Sale> all) {
    return all.stream()
        .filter(Predicate.not(Sale::isCancelled))
        .collect(Collectors.groupingBy(Sale::getRegion, TreeMap::new, Collectors.summingLong(Sale::getCents)));
}
`,
    revised: `public Map<String, Long> totals(List<Sale> sales) {
    Map<String, Long> totals = new TreeMap<>();
    for (Sale sale : sales) {
        if (sale.isCancelled() || sale.isTest()) {
            continue;
        }
        Long known = totals.get(sale.getRegion());
        totals.put(sale.getRegion(), (known == null ? 0L : known) + sale.getCents());
    }
    return totals;
}
`,
  },
  {
    language: 'sql',
    path: 'owing.sql',
    work: `SELECT c.name, SUM(i.cents) AS owing
FROM customers c
JOIN invoices i ON i.customer_id = c.id
WHERE i.paid_at IS NULL
  AND i.due_at < now() - interval '30 days'
GROUP BY c.name
HAVING SUM(i.cents) > 0
ORDER BY owing DESC;
`,
    reworded: `WITH late AS (
  SELECT customer_id AS who, cents FROM invoices
  WHERE paid_at IS NOT DISTINCT FROM NULL AND age(due_at) > '30 days'
), per_customer AS (
  SELECT DISTINCT ON (who) who, sum(cents) OVER (PARTITION BY who) AS debt FROM late
)
TABLE (SELECT (SELECT name FROM customers WHERE id = who), debt FROM per_customer WHERE debt >= 1) ORDER BY 2 DESC;
`,
    revised: `SELECT c.name, c.email, SUM(i.cents) AS owing
FROM customers c
JOIN invoices i ON i.customer_id = c.id
WHERE i.paid_at IS NULL
  AND i.due_at < now() - interval '14 days'
GROUP BY c.name, c.email
HAVING SUM(i.cents) > 0
ORDER BY owing DESC;
`,
  },
  {
    language: 'prose',
    path: 'start.md',
    work: `The service keeps every user in a local table by name. When a file is read in, whoever is younger than eighteen is left out, and a line in the log says how many that were. Files are read in one after the other, so that two files with the same user cannot be in each other's way.
`,
    reworded: `Accounts live in a table on this machine, looked up by their owners' names. An import skips minors and records the number skipped. Imports never overlap; duplicates across uploads are therefore no concern.
`,
    revised: `The service keeps every user in a local table by name. When a file is read in, whoever is younger than eighteen is left out, and a line in the audit log says how many that were. Files are read in one after the other, so that two files with the same user cannot be in each other's way.
`,
  },
  {
    language: 'prose',
    path: 'limits.md',
    work: `A request may carry at most one megabyte. Larger ones are answered with status 413 before anything of them is stored. If a client sends more than a hundred requests in a minute, it has to wait; the header Retry-After tells how long. Both limits can be raised in the settings, but not switched off.
`,
    reworded: `Bodies over 1 MB are refused up front (413), and nothing reaches the disk. Clients are throttled beyond 100 calls per minute and learn from Retry-After when to come back. Administrators can loosen these caps, never remove them.
`,
    revised: `A request may carry at most two megabytes. Larger ones are answered with status 413 before anything of them is stored. If a client sends more than a hundred requests in a minute, it has to wait; the header Retry-After tells how many seconds. Both limits can be raised in the settings, but not switched off.
`,
  },
]
