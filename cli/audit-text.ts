/** An audit in the terminal: tables that fit its width. */
import Table from 'cli-table3';
import colors from 'picocolors';
import type { AuditReport, ReportSection } from '../operations/index.ts';
import { reportNotes, reportSections, reportTitle } from '../operations/index.ts';

/** Narrower than this nothing stays readable; the terminal wraps then. */
const LEAST_WIDTH = 60;

/** @param width columns of the terminal */
export function auditText(report: AuditReport, more: readonly ReportSection[], width: number): string {
  const sections = [...reportSections(report).map(withoutClocks), ...more].map((section) =>
    sectionText(section, width),
  );
  return [colors.bold(reportTitle(report)), reportNotes(report).join('\n'), ...sections].join('\n\n').concat('\n');
}

/** The events of each clock stand in the other forms of the report; a terminal has no room for them. */
function withoutClocks(section: ReportSection): ReportSection {
  const kept = section.head.filter((name) => name !== 'from' && name !== 'until').length;
  return { ...section, head: section.head.slice(0, kept), rows: section.rows.map((row) => row.slice(0, kept)) };
}

function sectionText({ title, note, head, rows, figures }: ReportSection, width: number): string {
  const heading = [colors.bold(title), ...(note === undefined ? [] : [colors.dim(note)])].join('\n');
  if (rows.length === 0) return heading;
  const widths = columnWidths([head, ...rows], Math.max(width, LEAST_WIDTH));
  const table = new Table({
    head: [...head],
    colAligns: head.map((_, index) => (figures.includes(index) ? 'right' : 'left')),
    colWidths: widths,
    wordWrap: true,
    // A word that is wider than its column is broken; the table would cut it off.
    wrapOnWordBoundary: [head, ...rows].every((row) => row.every((cell, column) => fits(cell, widths[column] ?? 0))),
    style: { head: [], border: [], compact: true },
  });
  table.push(...rows.map((row) => [...row]));
  return `${heading}\n${table.toString()}`;
}

const fits = (cell: string, width: number): boolean => cell.split(/\s/).every((word) => word.length + PADDING <= width);

/** As wide as their content; where that is too wide, the widest columns give way. */
export function columnWidths(rows: readonly (readonly string[])[], width: number): number[] {
  const columns = rows[0]?.length ?? 0;
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length + PADDING)),
  );
  const room = width - columns - 1;
  for (let over = sum(widths) - room; over > 0; over -= 1) {
    const widest = widths.indexOf(Math.max(...widths));
    const current = widths[widest] ?? 0;
    if (current <= LEAST_COLUMN) break;
    widths[widest] = current - 1;
  }
  return widths;
}

const PADDING = 2;
const LEAST_COLUMN = 6;
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
