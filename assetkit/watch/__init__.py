"""A folder that is watched: what settles in it is processed, filed and told, for as long as it takes."""
