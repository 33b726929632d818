/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import io.peeklock.broker.LockToken;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.SettlementOutcome;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Settles deliveries of several partitions, one command a partition. Used once, by one thread. */
final class BulkSettlement {
    private final PartitionSet partitions;
    private final List<LockToken> tokens;
    private final Settlement settlement;

    BulkSettlement(PartitionSet partitions, List<LockToken> tokens, Settlement settlement) {
        this.partitions = partitions;
        this.tokens = List.copyOf(tokens);
        this.settlement = settlement;
    }

    CompletableFuture<List<SettlementOutcome>> start() {
        tokens.forEach(partitions::use);
        if (isOfOnePartition()) {
            return partitions.get(tokens.get(0).partition()).settleAll(tokens, settlement);
        }
        return startSeveral();
    }

    private boolean isOfOnePartition() {
        for (LockToken token : tokens) {
            if (!partitions.has(token) || token.partition() != tokens.get(0).partition()) {
                return false;
            }
        }
        return !tokens.isEmpty();
    }

    private CompletableFuture<List<SettlementOutcome>> startSeveral() {
        Map<Integer, List<Integer>> positions = new LinkedHashMap<>();
        SettlementOutcome[] outcomes = new SettlementOutcome[tokens.size()];
        for (int i = 0; i < outcomes.length; i++) {
            LockToken token = tokens.get(i);
            if (partitions.has(token)) {
                positions
                        .computeIfAbsent(token.partition(), p -> new ArrayList<>())
                        .add(i);
            } else {
                outcomes[i] = new SettlementOutcome(token, PartitionSet.foreign(token));
            }
        }
        List<CompletableFuture<?>> parts = new ArrayList<>();
        positions.forEach((partition, at) -> {
            List<LockToken> part = at.stream().map(tokens::get).toList();
            parts.add(partitions.get(partition).settleAll(part, settlement).thenAccept(results -> {
                for (int i = 0; i < results.size(); i++) {
                    outcomes[at.get(i)] = results.get(i);
                }
            }));
        });
        return CompletableFuture.allOf(parts.toArray(CompletableFuture[]::new))
                .thenApply(done -> Arrays.asList(outcomes));
    }
}
