/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.spring.boot.test.shop;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.springframework.stereotype.Component;

/** The real kitchen. */
@Component
public class Machine implements Kitchen {
    private final List<String> brewed = new CopyOnWriteArrayList<>();

    @Override
    public void brew(String order) {
        brewed.add(order);
    }

    /** What it has made. */
    public List<String> brewed() {
        return brewed;
    }
}
