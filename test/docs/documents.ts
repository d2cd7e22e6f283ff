/** The documents of the repository as its tests read them: text, links, headings, commands and paths. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));

/** Folders whose paths are looked for in the code spans of documents. */
const TOP_FOLDERS = readdirSync(REPOSITORY, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.') && entry.name !== 'node_modules')
  .map(({ name }) => name);

export interface DocumentFile {
  /** Relative to the repository. */
  readonly path: string;
  readonly text: string;
}

export const ADR_FOLDER = join('docs', 'adr');

export function readDocument(path: string): DocumentFile {
  return { path, text: readFileSync(join(REPOSITORY, path), 'utf8') };
}

export function allDocuments(): DocumentFile[] {
  const inFolder = (folder: string): string[] =>
    readdirSync(join(REPOSITORY, folder))
      .filter((name) => name.endsWith('.md'))
      .map((name) => join(folder, name));
  return [...inFolder('.'), ...inFolder('docs'), ...inFolder(ADR_FOLDER), join('engine', 'README.md')].map(
    readDocument,
  );
}

const withoutFences = (text: string): string => text.replace(/^```[\s\S]*?^```$/gm, '');

/** As GitHub makes them: lower case, punctuation dropped, spaces as dashes. */
function anchorsOf(text: string): Set<string> {
  const headings = withoutFences(text).matchAll(/^#{1,6} (.+)$/gm);
  return new Set(
    [...headings].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, '')
        .replace(/ /g, '-'),
    ),
  );
}

/** Relative links of a document that lead nowhere. */
export function brokenLinks({ path, text }: DocumentFile): string[] {
  const links = [...withoutFences(text).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
  return links.filter((link) => {
    if (/^[a-z]+:/.test(link)) return false;
    const [file = '', anchor] = link.split('#');
    const target = file === '' ? path : join(dirname(path), file);
    if (!existsSync(join(REPOSITORY, target))) return true;
    return anchor !== undefined && !anchorsOf(readDocument(target).text).has(anchor);
  });
}

/** Paths, from the repository or from the document's folder, that stand in code spans and do not exist. */
export function missingPaths({ path, text }: DocumentFile): string[] {
  const spans = [...withoutFences(text).matchAll(/`([^`\n]+)`/g)].map(([, span = '']) => span);
  return spans.filter((span) => {
    // Patterns such as `functions/<verb-noun>/handler.ts`, globs, and what a build or a run makes, name no file.
    if (!/^[\w.-]+(\/[\w.-]*)+$/.test(span) || /^(build|coverage|cdk\.out)\//.test(span)) return false;
    if (!TOP_FOLDERS.includes(span.split('/')[0] ?? '')) return false;
    return ![span, join(dirname(path), span)].some((candidate) => existsSync(join(REPOSITORY, candidate)));
  });
}

/** Names of the package's scripts that a document runs. */
export function scriptsRun({ text }: DocumentFile): string[] {
  const named = [...text.matchAll(/npm run (?:--silent )?([\w:-]+)/g)].map(([, name = '']) => name);
  const short = [...text.matchAll(/npm (start|test|cit)\b/g)].map(([, name = '']) => (name === 'cit' ? 'test' : name));
  return [...new Set([...named, ...short])];
}

/** TypeScript files that a document runs by tsx. */
export function programsRun({ text }: DocumentFile): string[] {
  return [...text.matchAll(/npx tsx ([\w./-]+)/g)].map(([, path = '']) => path);
}
