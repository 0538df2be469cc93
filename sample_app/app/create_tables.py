"""Make the tables that are missing: python -m app.create_tables"""

from app.database import engine
from app.models import Base

if __name__ == "__main__":
    Base.metadata.create_all(engine)
