import { Typography } from '@mantine/core'
import Markdown, { type Components } from 'react-markdown'
import rehypeSanitize, { defaultSchema } from 'rehype-sanitize'
import remarkGfm from 'remark-gfm'
import { LinkOut } from './link-out.tsx'

// Pictures would be fetched from wherever the text says, and tell that somebody reads it.
const SCHEMA = { ...defaultSchema, tagNames: defaultSchema.tagNames?.filter((name) => name !== 'img') ?? [] }

const COMPONENTS: Components = {
  a: ({ href, children }) => <LinkOut href={href}>{children}</LinkOut>,
  // The page has its own headings; those of a text come below them.
  h1: ({ children }) => <h3>{children}</h3>,
  h2: ({ children }) => <h4>{children}</h4>,
}

/** Markdown of somebody else: no scripts, no pictures, only web links. */
export function ProseContent({ text }: { text: string }) {
  return (
    <Typography className="breakable prose">
      <Markdown remarkPlugins={[remarkGfm]} rehypePlugins={[[rehypeSanitize, SCHEMA]]} components={COMPONENTS}>
        {text}
      </Markdown>
    </Typography>
  )
}
