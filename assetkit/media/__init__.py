"""The hands: what opens, looks at and writes pictures and clips. The only room that knows media libraries."""
