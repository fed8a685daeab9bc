-- What is bought together, from the order history; once, after it was copied in.

set work_mem = '64MB';
analyze order_lines;

insert into co_purchases (product_id, other_id, score)
with bought as (
    select product_id, count(*)::float8 as orders from order_lines group by product_id
), pairs as (
    select one.product_id, other.product_id as other_id, count(*)::float8 as together
    from order_lines one join order_lines other using (order_id)
    where one.product_id <> other.product_id
    group by 1, 2
), scored as (
    -- The cosine of the two sets of orders. The 5 keeps two things that met once, by chance, from being a perfect pair.
    select p.product_id, p.other_id, together / (sqrt(x.orders * y.orders) + 5) as score
    from pairs p
    join bought x on x.product_id = p.product_id
    join bought y on y.product_id = p.other_id
), ranked as (
    select *, row_number() over (partition by product_id order by score desc, other_id) as place from scored
)
select product_id, other_id, score::real from ranked where place <= 20;
