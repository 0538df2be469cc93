"""Make the tables that are missing: python -m app.create_tables"""

from app.database import engine
from app.models import Post

if __name__ == "__main__":
    Post.metadata.create_all(engine)  # importing the models made their tables known
