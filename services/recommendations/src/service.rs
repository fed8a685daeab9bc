//! The gRPC service: passes each RPC to its file, and puts the result into the response's type.

use crate::{card::Card, for_each_product, for_product, for_products, state::AppState, trending};
use proto::recommendations::v1::{
    ForEachProductRequest, ForEachProductResponse, ForProductRequest, ForProductResponse, ForProductsRequest,
    ForProductsResponse, ProductRecommendations, Recommendation, TrendingRequest, TrendingResponse,
    recommendations_server::Recommendations,
};
use tonic::{Request, Response, Status};

#[tonic::async_trait]
impl Recommendations for AppState {
    async fn for_product(&self, request: Request<ForProductRequest>) -> Result<Response<ForProductResponse>, Status> {
        let candidates = for_product::for_product(&self.pool, request.get_ref()).await?;
        Ok(Response::new(ForProductResponse { items: items(self.model.rank(candidates).await) }))
    }

    async fn for_products(
        &self,
        request: Request<ForProductsRequest>,
    ) -> Result<Response<ForProductsResponse>, Status> {
        let candidates = for_products::for_products(&self.pool, request.get_ref()).await?;
        Ok(Response::new(ForProductsResponse { items: items(self.model.rank(candidates).await) }))
    }

    async fn for_each_product(
        &self,
        request: Request<ForEachProductRequest>,
    ) -> Result<Response<ForEachProductResponse>, Status> {
        let candidates = for_each_product::for_each_product(&self.pool, request.get_ref()).await?;
        let ranked = self.model.rank(candidates).await.into_iter();
        let lists = ranked.map(|list| ProductRecommendations { product_id: list.product, items: items(list.cards) });
        Ok(Response::new(ForEachProductResponse { lists: lists.collect() }))
    }

    /// Counted, not ranked: the model is not asked.
    async fn trending(&self, request: Request<TrendingRequest>) -> Result<Response<TrendingResponse>, Status> {
        let cards = trending::trending(&self.pool, &self.trending, request.get_ref()).await?;
        Ok(Response::new(TrendingResponse { items: items(cards) }))
    }
}

fn items(cards: Vec<Card>) -> Vec<Recommendation> {
    cards.into_iter().map(Recommendation::from).collect()
}
