"""Forms: in the app, on a page behind a personal link, as a table and on paper, all from one schema."""
