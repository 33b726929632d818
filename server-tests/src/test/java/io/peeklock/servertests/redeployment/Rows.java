/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.servertests.redeployment;

import io.peeklock.servertests.inside.Ledger;
import io.peeklock.servertests.inside.Lookup;
import io.peeklock.servertests.inside.Task;
import java.util.Map;

/** How many texts in the database begin with {@code prefix}. */
public final class Rows implements Task {

    @Override
    public String run(Map<String, String> parameters) throws Exception {
        return Integer.toString(Lookup.of(Ledger.class, "java:module/Ledger").countFrom(parameters.get("prefix")));
    }
}
