/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.spring.boot.health;

import io.peeklock.spring.boot.HealthContract;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.jms.autoconfigure.health.JmsHealthContributorAutoConfiguration;

final class PeeklockHealthAutoConfigurationTest extends HealthContract {

    PeeklockHealthAutoConfigurationTest() {
        super(
                HealthIndicator.class,
                PeeklockHealthAutoConfiguration.class,
                JmsHealthContributorAutoConfiguration.class);
    }

    @Override
    protected Shown look(Object indicator) {
        Health health = ((HealthIndicator) indicator).health();
        return new Shown(health.getStatus().getCode(), health.getDetails());
    }
}
