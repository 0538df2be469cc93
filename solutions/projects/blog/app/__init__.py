"""Blog: articles, comments and favourites, by the public RealWorld contract."""
