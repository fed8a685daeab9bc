//! Asks recommendations and the tax partner.

use crate::{Addresses, Basket, PER_PRODUCT, Suggestions, TaxError, Taxed, cards, nobody, tax};
use hyper_util::{client::legacy::Client, rt::TokioExecutor};
use proto::recommendations::v1::{ForProductRequest, recommendations_client::RecommendationsClient};
use shop::{ProductCard, ProductId};
use telemetry::rpc_span;
use tonic::{Code, Request, Status, transport::Endpoint};
use tracing::Instrument as _;

/// Where to ask.
#[derive(Clone, Debug)]
pub(crate) struct Sources {
    addresses: Addresses,
}

impl Sources {
    pub(crate) fn new(addresses: Addresses) -> Self {
        Self { addresses }
    }

    pub(crate) async fn suggestions(&self, products: &[ProductId]) -> Result<Suggestions, Status> {
        let recommendations = self.addresses.recommendations.as_ref().ok_or_else(nobody)?;
        let mut suggestions = Suggestions::new();
        for &product in products {
            let call = suggested(recommendations, product);
            let span = rpc_span!("shop.recommendations.v1.Recommendations", "ForProduct");
            suggestions.insert(product, call.instrument(span).await?);
        }
        Ok(suggestions)
    }

    pub(crate) async fn tax(&self, basket: &Basket) -> Result<Taxed, TaxError> {
        let client = Client::builder(TokioExecutor::new()).build_http();
        tax::ask(&client, &self.addresses, basket).await
    }
}

async fn suggested(recommendations: &Endpoint, product: ProductId) -> Result<Vec<ProductCard>, Status> {
    let channel = recommendations.connect().await.map_err(|error| Status::unavailable(error.to_string()))?;
    let mut request = Request::new(ForProductRequest { product_id: product.0, limit: PER_PRODUCT as u32 });
    telemetry::inject_metadata(request.metadata_mut());
    match RecommendationsClient::new(channel).for_product(request).await {
        Ok(answer) => Ok(cards(answer.into_inner().items)),
        Err(status) if status.code() == Code::NotFound => Ok(Vec::new()),
        Err(status) => Err(status),
    }
}
