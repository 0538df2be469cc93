"""Right and wrong answers to the exercises of lesson 3.4; see docs/authors.md for the form."""

# %% 3.4a accept: backref makes the other side
from sqlalchemy.orm import backref


class LibraryBase(DeclarativeBase):
    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-1)


class Shelf(LibraryBase):
    __tablename__ = "shelves"
    label: Mapped[str]


class Book(LibraryBase):
    __tablename__ = "books"
    title: Mapped[str]
    shelf_id: Mapped[int | None] = mapped_column(ForeignKey("shelves.id"))
    shelf: Mapped[Shelf | None] = relationship(backref=backref("books"))


# %% 3.4a accept: RESTRICT, an integer column without an annotation
from sqlalchemy import Integer


class LibraryBase(DeclarativeBase):
    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-1)


class Shelf(LibraryBase):
    __tablename__ = "shelves"
    label: Mapped[str]
    books: Mapped[list["Book"]] = relationship(back_populates="shelf")


class Book(LibraryBase):
    __tablename__ = "books"
    title: Mapped[str]
    shelf_id = mapped_column(Integer, ForeignKey("shelves.id", ondelete="RESTRICT"))
    shelf: Mapped[Shelf | None] = relationship(back_populates="books")


# %% 3.4a reject: a relationship without a foreign key -> A book on an unknown shelf is refused
class LibraryBase(DeclarativeBase):
    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-1)


class Shelf(LibraryBase):
    __tablename__ = "shelves"
    label: Mapped[str]
    books: Mapped[list["Book"]] = relationship(
        back_populates="shelf", primaryjoin="Shelf.id == foreign(Book.shelf_id)"
    )


class Book(LibraryBase):
    __tablename__ = "books"
    title: Mapped[str]
    shelf_id: Mapped[int | None] = mapped_column()
    shelf: Mapped[Shelf | None] = relationship(
        back_populates="books", primaryjoin="Shelf.id == foreign(Book.shelf_id)"
    )


# %% 3.4a reject: NULL is forbidden -> A book may stand on no shelf
class LibraryBase(DeclarativeBase):
    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-1)


class Shelf(LibraryBase):
    __tablename__ = "shelves"
    label: Mapped[str]
    books: Mapped[list["Book"]] = relationship(back_populates="shelf")


class Book(LibraryBase):
    __tablename__ = "books"
    title: Mapped[str]
    shelf_id: Mapped[int] = mapped_column(ForeignKey("shelves.id"))
    shelf: Mapped[Shelf | None] = relationship(back_populates="books")


# %% 3.4a reject: two sides that do not know each other -> Setting one side sets the other
class LibraryBase(DeclarativeBase):
    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-1)


class Shelf(LibraryBase):
    __tablename__ = "shelves"
    label: Mapped[str]
    books: Mapped[list["Book"]] = relationship()


class Book(LibraryBase):
    __tablename__ = "books"
    title: Mapped[str]
    shelf_id: Mapped[int | None] = mapped_column(ForeignKey("shelves.id"))
    shelf: Mapped[Shelf | None] = relationship(overlaps="books")


# %% 3.4a reject: the shelf takes its books along -> A shelf with books cannot be deleted
class LibraryBase(DeclarativeBase):
    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-1)


class Shelf(LibraryBase):
    __tablename__ = "shelves"
    label: Mapped[str]
    books: Mapped[list["Book"]] = relationship(back_populates="shelf")


class Book(LibraryBase):
    __tablename__ = "books"
    title: Mapped[str]
    shelf_id: Mapped[int | None] = mapped_column(ForeignKey("shelves.id", ondelete="CASCADE"))
    shelf: Mapped[Shelf | None] = relationship(back_populates="books")


# %% 3.4a reject: the books lose their shelf -> A shelf with books cannot be deleted
class LibraryBase(DeclarativeBase):
    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-1)


class Shelf(LibraryBase):
    __tablename__ = "shelves"
    label: Mapped[str]
    books: Mapped[list["Book"]] = relationship(back_populates="shelf")


class Book(LibraryBase):
    __tablename__ = "books"
    title: Mapped[str]
    shelf_id: Mapped[int | None] = mapped_column(ForeignKey("shelves.id", ondelete="SET NULL"))
    shelf: Mapped[Shelf | None] = relationship(back_populates="books")


# %% 3.4a reject: one book on each shelf -> A shelf has many books
class LibraryBase(DeclarativeBase):
    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-1)


class Shelf(LibraryBase):
    __tablename__ = "shelves"
    label: Mapped[str]
    books: Mapped[list["Book"]] = relationship(back_populates="shelf")


class Book(LibraryBase):
    __tablename__ = "books"
    title: Mapped[str]
    shelf_id: Mapped[int | None] = mapped_column(ForeignKey("shelves.id"), unique=True)
    shelf: Mapped[Shelf | None] = relationship(back_populates="books")


# %% 3.4a reject: one book, not a list -> A shelf has many books
class LibraryBase(DeclarativeBase):
    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-1)


class Shelf(LibraryBase):
    __tablename__ = "shelves"
    label: Mapped[str]
    books: Mapped["Book | None"] = relationship(back_populates="shelf")


class Book(LibraryBase):
    __tablename__ = "books"
    title: Mapped[str]
    shelf_id: Mapped[int | None] = mapped_column(ForeignKey("shelves.id"))
    shelf: Mapped[Shelf | None] = relationship(back_populates="books")


# %% 3.4a reject: a lent book is an orphan -> A book taken off its shelf stays
class LibraryBase(DeclarativeBase):
    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-1)


class Shelf(LibraryBase):
    __tablename__ = "shelves"
    label: Mapped[str]
    books: Mapped[list["Book"]] = relationship(back_populates="shelf", cascade="all, delete-orphan")


class Book(LibraryBase):
    __tablename__ = "books"
    title: Mapped[str]
    shelf_id: Mapped[int | None] = mapped_column(ForeignKey("shelves.id"))
    shelf: Mapped[Shelf | None] = relationship(back_populates="books")


# %% 3.4a reject: one side only -> Setting one side sets the other
class LibraryBase(DeclarativeBase):
    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-1)


class Shelf(LibraryBase):
    __tablename__ = "shelves"
    label: Mapped[str]


class Book(LibraryBase):
    __tablename__ = "books"
    title: Mapped[str]
    shelf_id: Mapped[int | None] = mapped_column(ForeignKey("shelves.id"))
    shelf: Mapped[Shelf | None] = relationship()


# %% 3.4b accept: backref, the cascades by name, the key in __table_args__
from sqlalchemy import ForeignKeyConstraint
from sqlalchemy.orm import backref


class MusicBase(DeclarativeBase):
    pass


class Album(MusicBase):
    __tablename__ = "albums"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]


class Track(MusicBase):
    __tablename__ = "tracks"
    __table_args__ = (ForeignKeyConstraint(["album_id"], ["albums.id"], ondelete="CASCADE"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    album_id: Mapped[int]
    album = relationship(
        Album,
        backref=backref(
            "tracks", cascade="save-update, merge, delete, delete-orphan, expunge", passive_deletes=True
        ),
    )


# %% 3.4b accept: a set of tracks
class MusicBase(DeclarativeBase):
    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-1)


class Track(MusicBase):
    __tablename__ = "tracks"
    title: Mapped[str]
    album_id: Mapped[int] = mapped_column(ForeignKey("albums.id", ondelete="cascade"))
    album: Mapped["Album"] = relationship(back_populates="tracks")


class Album(MusicBase):
    __tablename__ = "albums"
    title: Mapped[str]
    tracks: Mapped[set[Track]] = relationship(
        back_populates="album", cascade="all, delete-orphan", passive_deletes=True
    )


# %% 3.4b reject: the session's cascade alone -> Deleting in SQL does the same
class MusicBase(DeclarativeBase):
    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-1)


class Album(MusicBase):
    __tablename__ = "albums"
    title: Mapped[str]
    tracks: Mapped[list["Track"]] = relationship(back_populates="album", cascade="all, delete-orphan")


class Track(MusicBase):
    __tablename__ = "tracks"
    title: Mapped[str]
    album_id: Mapped[int] = mapped_column(ForeignKey("albums.id"))
    album: Mapped[Album] = relationship(back_populates="tracks")


# %% 3.4b reject: both cascades, and all tracks are loaded -> Fetching and deleting are two statements
class MusicBase(DeclarativeBase):
    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-1)


class Album(MusicBase):
    __tablename__ = "albums"
    title: Mapped[str]
    tracks: Mapped[list["Track"]] = relationship(back_populates="album", cascade="all, delete-orphan")


class Track(MusicBase):
    __tablename__ = "tracks"
    title: Mapped[str]
    album_id: Mapped[int] = mapped_column(ForeignKey("albums.id", ondelete="CASCADE"))
    album: Mapped[Album] = relationship(back_populates="tracks")


# %% 3.4b reject: the key's cascade alone -> Deleting an album deletes its tracks
class MusicBase(DeclarativeBase):
    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-1)


class Album(MusicBase):
    __tablename__ = "albums"
    title: Mapped[str]
    tracks: Mapped[list["Track"]] = relationship(back_populates="album")


class Track(MusicBase):
    __tablename__ = "tracks"
    title: Mapped[str]
    album_id: Mapped[int] = mapped_column(ForeignKey("albums.id", ondelete="CASCADE"))
    album: Mapped[Album] = relationship(back_populates="tracks")


# %% 3.4b reject: no delete-orphan -> A track taken off its album is deleted
class MusicBase(DeclarativeBase):
    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-1)


class Album(MusicBase):
    __tablename__ = "albums"
    title: Mapped[str]
    tracks: Mapped[list["Track"]] = relationship(
        back_populates="album", cascade="all, delete", passive_deletes=True
    )


class Track(MusicBase):
    __tablename__ = "tracks"
    title: Mapped[str]
    album_id: Mapped[int] = mapped_column(ForeignKey("albums.id", ondelete="CASCADE"))
    album: Mapped[Album] = relationship(back_populates="tracks")


# %% 3.4b reject: allows NULL, so that nothing is raised -> Deleting an album deletes its tracks
class MusicBase(DeclarativeBase):
    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-1)


class Album(MusicBase):
    __tablename__ = "albums"
    title: Mapped[str]
    tracks: Mapped[list["Track"]] = relationship(back_populates="album")


class Track(MusicBase):
    __tablename__ = "tracks"
    title: Mapped[str]
    album_id: Mapped[int | None] = mapped_column(ForeignKey("albums.id"))
    album: Mapped[Album | None] = relationship(back_populates="tracks")


# %% 3.4b reject: SET NULL -> A track without an album is refused
class MusicBase(DeclarativeBase):
    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-1)


class Album(MusicBase):
    __tablename__ = "albums"
    title: Mapped[str]
    tracks: Mapped[list["Track"]] = relationship(
        back_populates="album", cascade="all, delete-orphan", passive_deletes=True
    )


class Track(MusicBase):
    __tablename__ = "tracks"
    title: Mapped[str]
    album_id: Mapped[int | None] = mapped_column(ForeignKey("albums.id", ondelete="SET NULL"))
    album: Mapped[Album] = relationship(back_populates="tracks")


# %% 3.4b reject: the cascade on the wrong side -> Tracks of other albums stay
class MusicBase(DeclarativeBase):
    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-1)


class Album(MusicBase):
    __tablename__ = "albums"
    title: Mapped[str]
    tracks: Mapped[list["Track"]] = relationship(back_populates="album")


class Track(MusicBase):
    __tablename__ = "tracks"
    title: Mapped[str]
    album_id: Mapped[int] = mapped_column(ForeignKey("albums.id"))
    album: Mapped[Album] = relationship(back_populates="tracks", cascade="all")


# %% 3.4b reject: names two cascades, and so loses save-update -> What worked before works still
class MusicBase(DeclarativeBase):
    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-1)


class Album(MusicBase):
    __tablename__ = "albums"
    title: Mapped[str]
    tracks: Mapped[list["Track"]] = relationship(
        back_populates="album", cascade="delete, delete-orphan", passive_deletes=True
    )


class Track(MusicBase):
    __tablename__ = "tracks"
    title: Mapped[str]
    album_id: Mapped[int] = mapped_column(ForeignKey("albums.id", ondelete="CASCADE"))
    album: Mapped[Album] = relationship(back_populates="tracks")


# %% 3.4b reject: cascades on both sides -> What worked before works still
class MusicBase(DeclarativeBase):
    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-1)


class Album(MusicBase):
    __tablename__ = "albums"
    title: Mapped[str]
    tracks: Mapped[list["Track"]] = relationship(
        back_populates="album", cascade="all, delete-orphan", passive_deletes=True
    )


class Track(MusicBase):
    __tablename__ = "tracks"
    title: Mapped[str]
    album_id: Mapped[int] = mapped_column(ForeignKey("albums.id", ondelete="CASCADE"))
    album: Mapped[Album] = relationship(back_populates="tracks", cascade="all")


# %% 3.4b reject: passive_deletes without a cascade -> A track taken off its album is deleted
class MusicBase(DeclarativeBase):
    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-1)


class Album(MusicBase):
    __tablename__ = "albums"
    title: Mapped[str]
    tracks: Mapped[list["Track"]] = relationship(back_populates="album", passive_deletes=True)


class Track(MusicBase):
    __tablename__ = "tracks"
    title: Mapped[str]
    album_id: Mapped[int] = mapped_column(ForeignKey("albums.id", ondelete="CASCADE"))
    album: Mapped[Album] = relationship(back_populates="tracks")


# %% 3.4b reject: leaves everything to the key, loaded or not -> A track taken off its album is deleted
class MusicBase(DeclarativeBase):
    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-1)


class Album(MusicBase):
    __tablename__ = "albums"
    title: Mapped[str]
    tracks: Mapped[list["Track"]] = relationship(back_populates="album", passive_deletes="all")


class Track(MusicBase):
    __tablename__ = "tracks"
    title: Mapped[str]
    album_id: Mapped[int] = mapped_column(ForeignKey("albums.id", ondelete="CASCADE"))
    album: Mapped[Album] = relationship(back_populates="tracks")


# %% 3.4c accept: RESTRICT is written down; everything is left to the keys
class ShopBase(DeclarativeBase):
    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-1)


class Customer(ShopBase):
    __tablename__ = "customers"
    name: Mapped[str]
    orders: Mapped[list["Order"]] = relationship(back_populates="customer", passive_deletes="all")


class Order(ShopBase):
    __tablename__ = "orders"
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id", ondelete="SET NULL"))
    customer: Mapped[Customer | None] = relationship(back_populates="orders")
    lines: Mapped[list["Line"]] = relationship(back_populates="order", passive_deletes="all")


class Product(ShopBase):
    __tablename__ = "products"
    name: Mapped[str]


class Line(ShopBase):
    __tablename__ = "lines"
    quantity: Mapped[int]
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"))
    order: Mapped[Order] = relationship(back_populates="lines")
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id", ondelete="RESTRICT"))
    product: Mapped[Product] = relationship()


# %% 3.4c accept: no orphans, but all the cascades
class ShopBase(DeclarativeBase):
    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-1)


class Customer(ShopBase):
    __tablename__ = "customers"
    name: Mapped[str]
    orders: Mapped[list["Order"]] = relationship(back_populates="customer", passive_deletes=True)


class Order(ShopBase):
    __tablename__ = "orders"
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id", ondelete="SET NULL"))
    customer: Mapped[Customer | None] = relationship(back_populates="orders")
    lines: Mapped[list["Line"]] = relationship(back_populates="order", cascade="all", passive_deletes=True)


class Product(ShopBase):
    __tablename__ = "products"
    name: Mapped[str]


class Line(ShopBase):
    __tablename__ = "lines"
    quantity: Mapped[int]
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"))
    order: Mapped[Order] = relationship(back_populates="lines")
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id"))
    product: Mapped[Product] = relationship()


# %% 3.4c reject: the orders go with their customer -> The orders of a deleted customer stay
class ShopBase(DeclarativeBase):
    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-1)


class Customer(ShopBase):
    __tablename__ = "customers"
    name: Mapped[str]
    orders: Mapped[list["Order"]] = relationship(back_populates="customer", passive_deletes=True)


class Order(ShopBase):
    __tablename__ = "orders"
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id", ondelete="CASCADE"))
    customer: Mapped[Customer | None] = relationship(back_populates="orders")
    lines: Mapped[list["Line"]] = relationship(
        back_populates="order", cascade="all, delete-orphan", passive_deletes=True
    )


class Product(ShopBase):
    __tablename__ = "products"
    name: Mapped[str]


class Line(ShopBase):
    __tablename__ = "lines"
    quantity: Mapped[int]
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"))
    order: Mapped[Order] = relationship(back_populates="lines")
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id"))
    product: Mapped[Product] = relationship()


# %% 3.4c reject: the key says nothing about the customer -> Deleting in SQL does the same
class ShopBase(DeclarativeBase):
    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-1)


class Customer(ShopBase):
    __tablename__ = "customers"
    name: Mapped[str]
    orders: Mapped[list["Order"]] = relationship(back_populates="customer")


class Order(ShopBase):
    __tablename__ = "orders"
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id"))
    customer: Mapped[Customer | None] = relationship(back_populates="orders")
    lines: Mapped[list["Line"]] = relationship(
        back_populates="order", cascade="all, delete-orphan", passive_deletes=True
    )


class Product(ShopBase):
    __tablename__ = "products"
    name: Mapped[str]


class Line(ShopBase):
    __tablename__ = "lines"
    quantity: Mapped[int]
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"))
    order: Mapped[Order] = relationship(back_populates="lines")
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id"))
    product: Mapped[Product] = relationship()


# %% 3.4c reject: the session loads the orders -> Fetching and deleting are two statements
class ShopBase(DeclarativeBase):
    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-1)


class Customer(ShopBase):
    __tablename__ = "customers"
    name: Mapped[str]
    orders: Mapped[list["Order"]] = relationship(back_populates="customer")


class Order(ShopBase):
    __tablename__ = "orders"
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id", ondelete="SET NULL"))
    customer: Mapped[Customer | None] = relationship(back_populates="orders")
    lines: Mapped[list["Line"]] = relationship(
        back_populates="order", cascade="all, delete-orphan", passive_deletes=True
    )


class Product(ShopBase):
    __tablename__ = "products"
    name: Mapped[str]


class Line(ShopBase):
    __tablename__ = "lines"
    quantity: Mapped[int]
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"))
    order: Mapped[Order] = relationship(back_populates="lines")
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id"))
    product: Mapped[Product] = relationship()


# %% 3.4c reject: the session loads the lines -> Fetching and deleting are two statements
class ShopBase(DeclarativeBase):
    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-1)


class Customer(ShopBase):
    __tablename__ = "customers"
    name: Mapped[str]
    orders: Mapped[list["Order"]] = relationship(back_populates="customer", passive_deletes=True)


class Order(ShopBase):
    __tablename__ = "orders"
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id", ondelete="SET NULL"))
    customer: Mapped[Customer | None] = relationship(back_populates="orders")
    lines: Mapped[list["Line"]] = relationship(back_populates="order", cascade="all, delete-orphan")


class Product(ShopBase):
    __tablename__ = "products"
    name: Mapped[str]


class Line(ShopBase):
    __tablename__ = "lines"
    quantity: Mapped[int]
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"))
    order: Mapped[Order] = relationship(back_populates="lines")
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id"))
    product: Mapped[Product] = relationship()


# %% 3.4c reject: the cascade of the session alone -> Deleting in SQL does the same
class ShopBase(DeclarativeBase):
    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-1)


class Customer(ShopBase):
    __tablename__ = "customers"
    name: Mapped[str]
    orders: Mapped[list["Order"]] = relationship(back_populates="customer", passive_deletes=True)


class Order(ShopBase):
    __tablename__ = "orders"
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id", ondelete="SET NULL"))
    customer: Mapped[Customer | None] = relationship(back_populates="orders")
    lines: Mapped[list["Line"]] = relationship(
        back_populates="order", cascade="all, delete-orphan", passive_deletes=True
    )


class Product(ShopBase):
    __tablename__ = "products"
    name: Mapped[str]


class Line(ShopBase):
    __tablename__ = "lines"
    quantity: Mapped[int]
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"))
    order: Mapped[Order] = relationship(back_populates="lines")
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id"))
    product: Mapped[Product] = relationship()


# %% 3.4c reject: the key alone, and the session wants to keep the lines -> The lines of a deleted order are deleted
class ShopBase(DeclarativeBase):
    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-1)


class Customer(ShopBase):
    __tablename__ = "customers"
    name: Mapped[str]
    orders: Mapped[list["Order"]] = relationship(back_populates="customer", passive_deletes=True)


class Order(ShopBase):
    __tablename__ = "orders"
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id", ondelete="SET NULL"))
    customer: Mapped[Customer | None] = relationship(back_populates="orders")
    lines: Mapped[list["Line"]] = relationship(back_populates="order", passive_deletes=True)


class Product(ShopBase):
    __tablename__ = "products"
    name: Mapped[str]


class Line(ShopBase):
    __tablename__ = "lines"
    quantity: Mapped[int]
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"))
    order: Mapped[Order] = relationship(back_populates="lines")
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id"))
    product: Mapped[Product] = relationship()


# %% 3.4c reject: CASCADE everywhere -> A product in a line cannot be deleted
class ShopBase(DeclarativeBase):
    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-1)


class Customer(ShopBase):
    __tablename__ = "customers"
    name: Mapped[str]
    orders: Mapped[list["Order"]] = relationship(back_populates="customer", passive_deletes=True)


class Order(ShopBase):
    __tablename__ = "orders"
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id", ondelete="SET NULL"))
    customer: Mapped[Customer | None] = relationship(back_populates="orders")
    lines: Mapped[list["Line"]] = relationship(
        back_populates="order", cascade="all, delete-orphan", passive_deletes=True
    )


class Product(ShopBase):
    __tablename__ = "products"
    name: Mapped[str]


class Line(ShopBase):
    __tablename__ = "lines"
    quantity: Mapped[int]
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"))
    order: Mapped[Order] = relationship(back_populates="lines")
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id", ondelete="CASCADE"))
    product: Mapped[Product] = relationship()


# %% 3.4c reject: a line outlives its product -> A product in a line cannot be deleted
class ShopBase(DeclarativeBase):
    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-1)


class Customer(ShopBase):
    __tablename__ = "customers"
    name: Mapped[str]
    orders: Mapped[list["Order"]] = relationship(back_populates="customer", passive_deletes=True)


class Order(ShopBase):
    __tablename__ = "orders"
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id", ondelete="SET NULL"))
    customer: Mapped[Customer | None] = relationship(back_populates="orders")
    lines: Mapped[list["Line"]] = relationship(
        back_populates="order", cascade="all, delete-orphan", passive_deletes=True
    )


class Product(ShopBase):
    __tablename__ = "products"
    name: Mapped[str]


class Line(ShopBase):
    __tablename__ = "lines"
    quantity: Mapped[int]
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"))
    order: Mapped[Order] = relationship(back_populates="lines")
    product_id: Mapped[int | None] = mapped_column(ForeignKey("products.id", ondelete="SET NULL"))
    product: Mapped[Product] = relationship()


# %% 3.4c reject: lines may be without an order -> A line without an order or a product is refused
class ShopBase(DeclarativeBase):
    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-1)


class Customer(ShopBase):
    __tablename__ = "customers"
    name: Mapped[str]
    orders: Mapped[list["Order"]] = relationship(back_populates="customer", passive_deletes=True)


class Order(ShopBase):
    __tablename__ = "orders"
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id", ondelete="SET NULL"))
    customer: Mapped[Customer | None] = relationship(back_populates="orders")
    lines: Mapped[list["Line"]] = relationship(
        back_populates="order", cascade="all, delete-orphan", passive_deletes=True
    )


class Product(ShopBase):
    __tablename__ = "products"
    name: Mapped[str]


class Line(ShopBase):
    __tablename__ = "lines"
    quantity: Mapped[int]
    order_id: Mapped[int | None] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"))
    order: Mapped[Order] = relationship(back_populates="lines")
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id"))
    product: Mapped[Product] = relationship()


# %% 3.4d accept: UPDATE and DELETE, the database counts
from sqlalchemy import delete, update


def close_account(*, session, name):
    user_id = session.scalar(select(User.id).where(User.name == name))
    if user_id is None:
        raise NotFound(name)
    left = session.execute(update(Post).where(Post.author_id == user_id).values(author_id=None))
    session.execute(delete(User).where(User.id == user_id))
    session.commit()
    return left.rowcount


# %% 3.4d accept: one SELECT for both, with a scalar subquery
def close_account(*, session: Session, name: str) -> int:
    posts = select(func.count(Post.id)).where(Post.author_id == User.id).scalar_subquery()
    row = session.execute(select(User, posts).where(User.name == name)).first()
    if not row:
        raise NotFound("no such user")
    user, count = row
    with session.begin_nested():
        session.delete(user)
    session.commit()
    return count


# %% 3.4d accept: plain SQL
from sqlalchemy import text


def close_account(*, session, name):
    posts = session.scalar(
        text("SELECT count(*) FROM posts JOIN users ON users.id = author_id WHERE name = :name"),
        {"name": name},
    )
    gone = session.execute(text("DELETE FROM users WHERE name = :name RETURNING id"), {"name": name}).all()
    if not gone:
        raise NotFound(name)
    session.commit()
    return posts


# %% 3.4d accept: one statement in plain SQL
from sqlalchemy import text


def close_account(*, session, name):
    row = session.execute(
        text(
            "WITH gone AS (DELETE FROM users WHERE name = :n RETURNING id) SELECT (SELECT count(*) FROM posts WHERE author_id = gone.id) AS left FROM gone"
        ),
        {"n": name},
    ).one_or_none()
    if row is None:
        raise NotFound(name)
    session.commit()
    return row[0]


# %% 3.4d accept: a list of ids, the transaction as a block
def close_account(*, session, name):
    with session.begin():
        if (user := session.query(User).filter_by(name=name).first()) is None:
            raise NotFound(name)
        mine = session.scalars(select(Post.id).filter_by(author=user)).all()
        session.delete(user)
    return len(mine)


# %% 3.4d reject: len(user.posts) loads them all, and each is written -> It sends at most three statements
def close_account(*, session, name):
    user = session.scalars(select(User).where(User.name == name)).one_or_none()
    if user is None:
        raise NotFound(name)
    posts = len(user.posts)
    session.delete(user)
    session.commit()
    return posts


# %% 3.4d reject: forgets the commit -> The user is gone
def close_account(*, session, name):
    user = session.scalars(select(User).where(User.name == name)).one_or_none()
    if user is None:
        raise NotFound(name)
    posts = session.scalar(select(func.count()).where(Post.author_id == user.id))
    session.delete(user)
    session.flush()
    return posts


# %% 3.4d reject: deletes the posts as well -> The posts stay without an author
from sqlalchemy import delete


def close_account(*, session, name):
    user = session.scalars(select(User).where(User.name == name)).one_or_none()
    if user is None:
        raise NotFound(name)
    posts = session.execute(delete(Post).where(Post.author_id == user.id)).rowcount
    session.delete(user)
    session.commit()
    return posts


# %% 3.4d reject: counts after the deletion -> It returns how many posts have lost their author
def close_account(*, session, name):
    user = session.scalars(select(User).where(User.name == name)).one_or_none()
    if user is None:
        raise NotFound(name)
    number = user.id
    session.delete(user)
    session.commit()
    return session.scalar(select(func.count()).where(Post.author_id == number))


# %% 3.4d reject: nobody is nothing to do -> An unknown name is NotFound
def close_account(*, session, name):
    user = session.scalars(select(User).where(User.name == name)).one_or_none()
    if user is None:
        return 0
    posts = session.scalar(select(func.count()).where(Post.author_id == user.id))
    session.delete(user)
    session.commit()
    return posts


# %% 3.4d reject: deletes what they wrote one by one -> It sends at most three statements
def close_account(*, session, name):
    user = session.scalars(select(User).where(User.name == name)).one_or_none()
    if user is None:
        raise NotFound(name)
    for comment in session.scalars(select(Comment).where(Comment.author_id == user.id)):
        session.delete(comment)
    posts = session.scalar(select(func.count()).where(Post.author_id == user.id))
    session.delete(user)
    session.commit()
    return posts


# %% 3.4d reject: keeps the row, without a name that anybody knows -> The user is gone
def close_account(*, session, name):
    user = session.scalars(select(User).where(User.name == name)).one_or_none()
    if user is None:
        raise NotFound(name)
    posts = session.scalar(select(func.count()).where(Post.author_id == user.id))
    user.name = f"deleted {user.id}"
    session.commit()
    return posts


# %% 3.4d reject: counts published posts alone -> It returns how many posts have lost their author
def close_account(*, session, name):
    user = session.scalars(select(User).where(User.name == name)).one_or_none()
    if user is None:
        raise NotFound(name)

    posts = session.scalar(select(func.count()).where(Post.author_id == user.id, Post.published))
    session.delete(user)
    session.commit()
    return posts


# %% 3.4d reject: LIKE, for which _ is any letter -> An unknown name is NotFound
def close_account(*, session, name):
    user = session.scalars(select(User).where(User.name.like(name))).first()
    if user is None:
        raise NotFound(name)
    posts = session.scalar(select(func.count()).where(Post.author_id == user.id))
    session.delete(user)
    session.commit()
    return posts


# %% 3.4d reject: deletes the comments on the user's posts as well -> Comments of others stay
from sqlalchemy import delete


def close_account(*, session, name):
    user = session.scalars(select(User).where(User.name == name)).one_or_none()
    if user is None:
        raise NotFound(name)
    mine = select(Post.id).where(Post.author_id == user.id)
    posts = session.execute(delete(Comment).where(Comment.post_id.in_(mine))).rowcount
    session.execute(delete(User).where(User.id == user.id))
    session.commit()
    return posts // 2


# %% 3.4d reject: the name is pasted into the statement -> An unknown name is NotFound
from sqlalchemy import text


def close_account(*, session: Session, name: str) -> int:
    user = session.scalars(select(User).where(text(f"name = '{name}'"))).one_or_none()
    if user is None:
        raise NotFound(f"No user {name}")
    lost = session.scalar(select(func.count()).where(Post.author_id == user.id))
    session.delete(user)
    session.commit()
    return lost


# %% 3.4e reject: over the list of posts, an UPDATE for each -> It sends at most six statements
def hand_over(*, session, giver, taker):
    source = session.scalars(select(User).where(User.name == giver)).one_or_none()
    if source is None:
        raise NotFound(giver)
    target = user_named(session=session, name=taker)
    posts = list(source.posts)
    for post in posts:
        post.author = target
    session.commit()
    return len(posts)


# %% 3.4e accept: plain SQL, then all objects are expired
from sqlalchemy import text


def hand_over(*, session: Session, giver: str, taker: str) -> int:
    ids = session.execute(text("SELECT id FROM users WHERE name = :name"), {"name": giver}).all()
    if not ids:
        raise NotFound(giver)
    target = user_named(session=session, name=taker).id
    done = session.execute(
        text("UPDATE posts SET author_id = :new WHERE author_id = :old"), {"new": target, "old": ids[0][0]}
    )
    session.commit()
    session.expire_all()
    return done.rowcount


# %% 3.4e reject: an object keeps the author that it has loaded -> A post that the session holds shows its new author
def hand_over(*, session, giver, taker):
    source = session.scalars(select(User).where(User.name == giver)).one_or_none()
    if source is None:
        raise NotFound(f"There is no user {giver}")
    target = user_named(session=session, name=taker)
    change = update(Post).where(Post.author_id == source.id)
    change = change.values(author_id=target.id).returning(Post.id)
    moved = session.scalars(change).all()
    session.commit()
    return len(moved)


# %% 3.4e reject: forgets the commit -> The posts have the new author
def hand_over(*, session, giver, taker):
    source = session.scalars(select(User).where(User.name == giver)).one_or_none()
    if source is None:
        raise NotFound(f"There is no user {giver}")
    target = user_named(session=session, name=taker)
    change = update(Post).where(Post.author_id == source.id)
    change = change.values(author_id=target.id).returning(Post.id)
    moved = session.scalars(change).all()
    session.flush()
    session.expire_all()
    return len(moved)


# %% 3.4e reject: published posts alone -> Drafts change hands too
def hand_over(*, session, giver, taker):
    source = session.scalars(select(User).where(User.name == giver)).one_or_none()
    if source is None:
        raise NotFound(f"There is no user {giver}")
    target = user_named(session=session, name=taker)
    change = update(Post).where(Post.author_id == source.id, Post.published)
    change = change.values(author_id=target.id).returning(Post.id)
    moved = session.scalars(change).all()
    session.commit()
    session.expire_all()
    return len(moved)


# %% 3.4e reject: makes the taker before it looks for the giver -> An unknown giver is NotFound and no user is made
def hand_over(*, session, giver, taker):
    target = user_named(session=session, name=taker)
    session.commit()
    source = session.scalars(select(User).where(User.name == giver)).one_or_none()
    if source is None:
        raise NotFound(giver)
    posts = list(source.posts)
    for post in posts:
        post.author = target
    session.commit()
    return len(posts)


# %% 3.4e reject: makes the giver instead of refusing -> An unknown giver is NotFound and no user is made
def hand_over(*, session, giver, taker):
    source = user_named(session=session, name=giver)
    target = user_named(session=session, name=taker)
    change = update(Post).where(Post.author_id == source.id)
    change = change.values(author_id=target.id).returning(Post.id)
    moved = session.scalars(change).all()
    session.commit()
    session.expire_all()
    return len(moved)


# %% 3.4e reject: expects the taker to be there -> A new taker is made
def hand_over(*, session, giver, taker):
    source = session.scalars(select(User).where(User.name == giver)).one_or_none()
    if source is None:
        raise NotFound(f"There is no user {giver}")
    target = session.scalars(select(User).where(User.name == taker)).one_or_none()
    if target is None:
        raise NotFound(taker)
    change = update(Post).where(Post.author_id == source.id)
    change = change.values(author_id=target.id).returning(Post.id)
    moved = session.scalars(change).all()
    session.commit()
    session.expire_all()
    return len(moved)


# %% 3.4e reject: all posts, whoever wrote them -> Posts of others keep their author
def hand_over(*, session, giver, taker):
    source = session.scalars(select(User).where(User.name == giver)).one_or_none()
    if source is None:
        raise NotFound(f"There is no user {giver}")
    target = user_named(session=session, name=taker)
    change = update(Post).where(Post.author_id.is_not(None))
    change = change.values(author_id=target.id).returning(Post.id)
    moved = session.scalars(change).all()
    session.commit()
    session.expire_all()
    return len(moved)


# %% 3.4e reject: takes the comments along -> Comments keep their author
def hand_over(*, session, giver, taker):
    source = session.scalars(select(User).where(User.name == giver)).one_or_none()
    if source is None:
        raise NotFound(f"There is no user {giver}")
    target = user_named(session=session, name=taker)
    change = update(Post).where(Post.author_id == source.id)
    change = change.values(author_id=target.id).returning(Post.id)
    moved = session.scalars(change).all()
    session.execute(update(Comment).where(Comment.author_id == source.id).values(author_id=target.id))
    session.commit()
    session.expire_all()
    return len(moved)


# %% 3.4e reject: one UPDATE for each post -> It sends at most six statements
def hand_over(*, session, giver, taker):
    source = session.scalars(select(User).where(User.name == giver)).one_or_none()
    if source is None:
        raise NotFound(f"There is no user {giver}")
    target = user_named(session=session, name=taker)
    moved = list(source.posts)
    for post in moved:
        post.author = target
        session.flush()
    session.commit()
    session.expire_all()
    return len(moved)


# %% 3.4e reject: counts what the taker has in the end -> It returns how many posts have changed hands
def hand_over(*, session, giver, taker):
    source = session.scalars(select(User).where(User.name == giver)).one_or_none()
    if source is None:
        raise NotFound(f"There is no user {giver}")
    target = user_named(session=session, name=taker)
    change = update(Post).where(Post.author_id == source.id)
    change = change.values(author_id=target.id).returning(Post.id)
    moved = session.scalars(change).all()
    session.commit()
    session.expire_all()
    return session.scalar(select(func.count()).where(Post.author_id == target.id))


# %% 3.4e reject: the taker is made first, and left to the caller's commit -> An unknown giver is NotFound and no user is made
from sqlalchemy.orm import joinedload


def hand_over(*, session, giver, taker):
    new = user_named(session=session, name=taker)
    old = session.scalar(select(User).where(User.name == giver))
    if old is None:
        raise NotFound(giver)
    new = user_named(session=session, name=taker)
    n = session.execute(update(Post).where(Post.author_id == old.id).values(author_id=new.id)).rowcount
    session.commit()
    session.expire_all()
    return n


# %% 3.4b reject: the two sides no longer know each other -> Both sides know each other
class MusicBase(DeclarativeBase):
    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-1)


class Album(MusicBase):
    __tablename__ = "albums"
    title: Mapped[str]
    tracks: Mapped[list["Track"]] = relationship(cascade="all, delete-orphan", passive_deletes=True)


class Track(MusicBase):
    __tablename__ = "tracks"
    title: Mapped[str]
    album_id: Mapped[int] = mapped_column(ForeignKey("albums.id", ondelete="CASCADE"))
    album: Mapped[Album] = relationship(overlaps="tracks")


# %% 3.4c reject: names two cascades, and so loses save-update -> What worked before works still
class ShopBase(DeclarativeBase):
    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-1)


class Customer(ShopBase):
    __tablename__ = "customers"
    name: Mapped[str]
    orders: Mapped[list["Order"]] = relationship(back_populates="customer", passive_deletes=True)


class Order(ShopBase):
    __tablename__ = "orders"
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id", ondelete="SET NULL"))
    customer: Mapped[Customer | None] = relationship(back_populates="orders")
    lines: Mapped[list["Line"]] = relationship(
        back_populates="order", cascade="delete, delete-orphan", passive_deletes=True
    )


class Product(ShopBase):
    __tablename__ = "products"
    name: Mapped[str]


class Line(ShopBase):
    __tablename__ = "lines"
    quantity: Mapped[int]
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"))
    order: Mapped[Order] = relationship(back_populates="lines")
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id"))
    product: Mapped[Product] = relationship()


# %% 3.4c reject: the session keeps every product -> A product in no line can be deleted
from sqlalchemy import event


class ShopBase(DeclarativeBase):
    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-1)


class Customer(ShopBase):
    __tablename__ = "customers"
    name: Mapped[str]
    orders: Mapped[list["Order"]] = relationship(back_populates="customer", passive_deletes=True)


class Order(ShopBase):
    __tablename__ = "orders"
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id", ondelete="SET NULL"))
    customer: Mapped[Customer | None] = relationship(back_populates="orders")
    lines: Mapped[list["Line"]] = relationship(
        back_populates="order", cascade="all, delete-orphan", passive_deletes=True
    )


class Product(ShopBase):
    __tablename__ = "products"
    name: Mapped[str]


class Line(ShopBase):
    __tablename__ = "lines"
    quantity: Mapped[int]
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"))
    order: Mapped[Order] = relationship(back_populates="lines")
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id"))
    product: Mapped[Product] = relationship()


@event.listens_for(Session, "before_flush")
def keep_products(session, *_):
    for each in list(session.deleted):
        if isinstance(each, Product):
            session.add(each)


# %% 3.4e reject: frees the posts first, and gives them to somebody else alone -> A giver without posts and a giver who is the taker
def hand_over(*, session: Session, giver: str, taker: str) -> int:
    source = session.scalars(select(User).where(User.name == giver)).one_or_none()
    if source is None:
        raise NotFound(giver)
    target = user_named(session=session, name=taker)
    freed = update(Post).where(Post.author_id == source.id).values(author_id=None).returning(Post.id)
    moved = session.scalars(freed).all()
    if target is not source:
        session.execute(update(Post).where(Post.id.in_(moved)).values(author_id=target.id))
    session.commit()
    session.expire_all()
    return len(moved)
