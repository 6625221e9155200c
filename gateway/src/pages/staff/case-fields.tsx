import type { VNode } from 'preact';
import { mostSubject } from '../../cases/words.ts';
import { TextField } from '../parts/form.tsx';

/** What a new case is about, and what it is called, as an operator or a merchant's member types it. */
export function CaseFields(props: {
  t: { aboutLabel: string; aboutHint: string; subjectLabel: string; subjectHint: string };
  about: string;
  subject: string;
}): VNode {
  const { t, about, subject } = props;
  return (
    <>
      <TextField
        name="about"
        label={t.aboutLabel}
        hint={t.aboutHint}
        notice={undefined}
        autocomplete="off"
        maxlength={60}
        value={about}
      />
      <TextField
        name="subject"
        label={t.subjectLabel}
        hint={t.subjectHint}
        notice={undefined}
        autocomplete="off"
        maxlength={mostSubject}
        value={subject}
      />
    </>
  );
}
