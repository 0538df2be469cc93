"""Rooms, members and their ranks."""

from conftest import Join, Person


def names(person: Person, path: str) -> list[str]:
    items = person.get(f"{path}/members").raise_for_status().json()["items"]
    return [each["name"] for each in items]


def test_people_join_and_leave(ann: Person, ben: Person) -> None:
    path = ann.room()
    assert ben.get(f"{path}/members").status_code == 403
    for _ in range(2):
        assert ben.put(f"{path}/members/{ben.name}").json()["role"] == "member"
    assert names(ben, path) == [ann.name, ben.name]
    assert ben.delete(f"{path}/members/{ben.name}").status_code == 204
    assert ann.delete(f"{path}/members/{ann.name}").status_code == 409
    assert names(ann, path) == [ann.name]


def test_a_private_room_does_not_exist_for_others(ann: Person, ben: Person) -> None:
    path = ann.room(private=True)
    assert ben.get(path).status_code == 404
    assert ben.put(f"{path}/members/{ben.name}").status_code == 404
    ann.put(f"{path}/members/{ben.name}").raise_for_status()
    assert [each["name"] for each in ben.get("/rooms").json()["items"]] == ["Tea"]


def test_only_a_higher_rank_may(ann: Person, ben: Person, join: Join) -> None:
    carl, dora = join(), join()
    path = ann.room(ben, carl)
    for other in (ann, carl):
        assert ben.delete(f"{path}/members/{other.name}").status_code == 403
    assert ben.put(f"{path}/members/{dora.name}").status_code == 403
    ann.patch(f"{path}/members/{ben.name}", json={"role": "moderator"})
    assert ben.put(f"{path}/members/{dora.name}").status_code == 200
    assert ben.put(f"{path}/bans/{ann.name}").status_code == 403
    made = ben.patch(f"{path}/members/{carl.name}", json={"role": "moderator"})
    assert made.status_code == 403
    assert ben.put(f"{path}/bans/{carl.name}").status_code == 204
    assert names(ann, path) == [ann.name, ben.name, dora.name]


def test_who_is_banned_stays_out(ann: Person, ben: Person) -> None:
    path = ann.room()
    ann.put(f"{path}/bans/{ben.name}").raise_for_status()
    assert ben.put(f"{path}/members/{ben.name}").status_code == 403
    assert ann.put(f"{path}/members/{ben.name}").status_code == 403
    ann.delete(f"{path}/bans/{ben.name}").raise_for_status()
    assert ben.put(f"{path}/members/{ben.name}").status_code == 200


def test_somebody_owns_at_most_20_rooms(ann: Person) -> None:
    for _ in range(20):
        ann.room()
    assert ann.post("/rooms", json={"name": "One more"}).status_code == 409
