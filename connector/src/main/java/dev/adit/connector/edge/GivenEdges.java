package dev.adit.connector.edge;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Addresses that nobody has to look up. */
record GivenEdges(EdgeRegions regions) implements EdgeSource {
    @Override
    public CompletionStage<EdgeRegions> find() {
        return CompletableFuture.completedFuture(regions);
    }

    @Override
    public boolean isFixed() {
        return true;
    }
}
