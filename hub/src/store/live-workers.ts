/** Which rows of `worker` are those of workers that live, in SQL: each says every five seconds that it does. */
export const LIVES = `seen_at > now() - interval '20 seconds'`
