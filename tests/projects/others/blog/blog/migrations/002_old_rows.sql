-- Takes over what the program before this one has written, where its tables are there. Its ids are kept.
do $$
begin
    if to_regclass('old_users') is null then
        return;
    end if;

    insert into users (username, email, password_hash)
    select name, lower(email), password_hash from old_users;

    insert into articles (id, author_id, slug, title, description, body, tags, created_at, updated_at)
    select o.id, u.id, new_slug(o.title), btrim(o.title), rtrim(split_part(o.body, E'\n', 1), E'\r'), o.body,
        array(
            select distinct btrim(tag) from unnest(string_to_array(o.tags, ',')) as tag where btrim(tag) <> ''
        ),
        o.created at time zone 'UTC', o.created at time zone 'UTC'
    from old_articles o join users u on u.username = o.author
    order by o.created, o.id;

    perform setval('articles_id_seq', greatest(max(id), 0) + 1, false) from articles;

    insert into favorites (article_id, user_id)
    select distinct a.id, u.id
    from old_stars s join articles a on a.id = s.article_id join users u on u.username = s.name;
end
$$;
