/** An audit as Markdown, for a ticket or a repository. */
import type { AuditReport } from '../model/audit.ts';
import { type ReportSection, reportNotes, reportSections, reportTitle } from './report-sections.ts';

export function auditMarkdown(report: AuditReport, more: readonly ReportSection[] = []): string {
  const sections = [...reportSections(report), ...more].map(sectionText);
  return [`# ${escaped(reportTitle(report))}`, ...reportNotes(report).map(escaped), ...sections]
    .join('\n\n')
    .concat('\n');
}

function sectionText({ title, note, head, rows, figures }: ReportSection): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(escaped).join(' | ')} |`;
  const rule = `| ${head.map((_, index) => (figures.includes(index) ? '---:' : '---')).join(' | ')} |`;
  const table = rows.length === 0 ? [] : [[line(head), rule, ...rows.map(line)].join('\n')];
  return [`## ${title}`, ...(note === undefined ? [] : [escaped(note)]), ...table].join('\n\n');
}

const escaped = (text: string): string => text.replace(/[\\|<>*_`[\]]/g, (sign) => `\\${sign}`).replace(/\s+/g, ' ');
